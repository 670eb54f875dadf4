import type { CommandIo, OutputStream } from './command-io.ts';

/** Colours for people, or none. */
export interface Style {
  bold(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

const same = (text: string) => text;
const escapeSequence = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;

/** Leaves text as it is. */
export const NO_STYLE: Style = { bold: same, red: same, green: same, yellow: same };

/** Escape sequences that every terminal knows. */
export const TERMINAL_STYLE: Style = {
  bold: escapeSequence(1, 22),
  red: escapeSequence(31, 39),
  green: escapeSequence(32, 39),
  yellow: escapeSequence(33, 39),
};

/** The style for a stream: none unless it is a terminal, and none where `NO_COLOR` has any value. */
export function styleFor(stream: OutputStream, env: CommandIo['env'] = {}): Style {
  return stream.isTTY && !env.NO_COLOR && env.TERM !== 'dumb' ? TERMINAL_STYLE : NO_STYLE;
}
