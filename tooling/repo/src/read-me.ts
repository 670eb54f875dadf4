import path from 'node:path';

/** Fenced block of a README that claims to be a file. */
export interface CodeBlock {
  readonly line: number;
  /** Path from the root of the repository. */
  readonly file: string;
  /** Text of the block; `undefined` if no fenced block follows the comment. */
  readonly code: string | undefined;
}

/** Returns the blocks after a comment such as `<!-- file: apps/examples/express/server.mjs -->`. */
export function codeBlocks(text: string): CodeBlock[] {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => {
    const [, file] = /^\s*<!-- file: (\S+) -->\s*$/.exec(line) ?? [];
    if (file === undefined) return [];
    const start = lines.findIndex((candidate, j) => j > i && candidate.trim() !== '');
    const [fence] = /^(`{3,})(?:js|ts|json|sh)$/.exec(lines[start] ?? '')?.slice(1) ?? [];
    const end = lines.indexOf(fence ?? '', start + 1);
    const found = fence !== undefined && end !== -1;
    return [{ line: i + 1, file, code: found ? lines.slice(start + 1, end).join('\n') : undefined }];
  });
}

/** Returns a message for each marked block of a README that differs from its file. */
export function codeProblems(readme: string, text: string, read: (file: string) => string | undefined): string[] {
  return codeBlocks(text).flatMap(({ line, file, code }) => {
    const place = `${readme}:${line}`;
    const content = read(file);
    if (content === undefined) return [`${place} shows ${file}, which does not exist`];
    if (code === undefined) return [`${place} has no js, ts, json or sh block after it`];
    return content.replace(/\n$/, '') === code ? [] : [`${place} differs from ${file}; copy the file into the block`];
  });
}

/** Returns a message for each relative link of a README without a file, folder or heading as target. */
export function linkProblems(readme: string, text: string, read: (file: string) => string | undefined): string[] {
  const prose = text.replaceAll(/^(`{3,}).*\n[\s\S]*?^\1$/gm, (block) => block.replaceAll(/[^\n]/g, ''));
  const lines = prose.split('\n').map((line) => line.replaceAll(/`[^`]*`/g, (code) => code.replaceAll(/[[\]]/g, '')));
  return lines.flatMap((line, i) =>
    [...line.matchAll(/\]\(<?([^)\s>]+)|^\s*\[[^\]]+\]:\s*(\S+)|(?:href|src)="([^"]+)"/g)]
      .map(([, inline, reference, html]) => inline ?? reference ?? html ?? '')
      .filter((link) => !/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(link))
      .filter((link) => !leadsSomewhere(readme, text, link, read))
      .map((link) => `${readme}:${i + 1} links to ${link}, which does not exist`),
  );
}

function leadsSomewhere(
  readme: string,
  text: string,
  link: string,
  read: (file: string) => string | undefined,
): boolean {
  const [target = '', heading] = link.split('#');
  const file = path.posix.join(path.posix.dirname(readme), decodeURI(target)).replace(/\/$/, '');
  const content = target === '' ? text : read(file);
  if (content === undefined) return false;
  return heading === undefined || !file.endsWith('.md') || headings(content).includes(heading);
}

/** Returns the anchors of the headings of a Markdown text, as GitHub makes them. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ +(.*)$/gm)].map(([, title = '']) =>
    title
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}
