/** Template of one alternative of a path, with the expression that it stands for. */
export interface RegExpTemplate {
  readonly test: RegExp;
  readonly template: string | RegExp;
}

type Keys = readonly { readonly name: string | number }[];

/** End of every expression that Express 4 compiles from the path of a mount. */
const END = '\\/?(?=\\/|$)';

const known = /* @__PURE__ */ new WeakMap<RegExp, readonly RegExpTemplate[]>();

/**
 * Returns the templates of the path that Express 4 compiled to a regular expression, one for each alternative. An expression
 * of the application, or one with other syntax than parameters and wildcards, is its own template.
 * @param keys names of the groups
 */
export function templatesOfRegExp(regexp: RegExp, keys: Keys): readonly RegExpTemplate[] {
  let templates = known.get(regexp);
  if (templates === undefined) {
    templates = readAlternatives(regexp, keys) ?? [{ test: regexp, template: regexp }];
    known.set(regexp, templates);
  }
  return templates;
}

function readAlternatives({ source, flags }: RegExp, keys: Keys): RegExpTemplate[] | undefined {
  const names = keys.map(({ name }) => name);
  const templates: RegExpTemplate[] = [];
  for (const alternative of source.split(/\|(?=\^)/)) {
    if (!alternative.startsWith('^') || !alternative.endsWith(END)) return undefined;
    const template = readTemplate(alternative.slice(1, -END.length), names);
    if (template === undefined) return undefined;
    templates.push({ test: new RegExp(alternative, flags), template });
  }
  return templates;
}

/**
 * Reads the template of one alternative, and removes the names of its groups from `names`. Returns `undefined` for syntax
 * that Express does not generate.
 */
function readTemplate(source: string, names: (string | number)[]): string | undefined {
  let template = '';
  let rest = source;
  while (rest !== '') {
    const literal = /^(?:\\([^a-zA-Z0-9])|([^\\()[\]{}*+?.^$|]))(?![*+?{])/.exec(rest);
    if (literal !== null) {
      template += literal[1] ?? literal[2];
      rest = rest.slice(literal[0].length);
      continue;
    }
    if (rest.startsWith('(.*)')) {
      names.shift();
      template += '*';
      rest = rest.slice('(.*)'.length);
      continue;
    }
    const group = groupAtStart(rest);
    const inner = group === undefined ? null : /^\(\?:(\\\/)?(\\\.)?(\(.*\))\)$/s.exec(group);
    const name = names[0];
    if (group === undefined || inner === null || typeof name !== 'string') return undefined;
    names.splice(0, captures(group));
    rest = rest.slice(group.length);
    const quantifier = /^[*+?]?/.exec(rest)?.[0] ?? '';
    rest = rest.slice(quantifier.length);
    const [, slash, dot] = inner;
    template += `${slash ? '/' : ''}${dot ? '.' : ''}:${name}${quantifier}`;
  }
  return template;
}

/** Returns the parenthesized group at the start of a source; `undefined` if there is none. */
function groupAtStart(source: string): string | undefined {
  if (source[0] !== '(') return undefined;
  let depth = 0;
  let isInClass = false;
  for (let i = 0; i < source.length; i++) {
    const char = source[i];
    if (char === '\\') i++;
    else if (isInClass) isInClass = char !== ']';
    else if (char === '[') isInClass = true;
    else if (char === '(') depth++;
    else if (char === ')' && --depth === 0) return source.slice(0, i + 1);
  }
  return undefined;
}

function captures(source: string): number {
  return new RegExp(`${source}|`).exec('')!.length - 1;
}
