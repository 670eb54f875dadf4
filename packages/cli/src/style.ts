import type { CommandIo, OutputStream } from './command-io.ts';

/** Functions that add colours to text, or no colours. */
export interface Style {
  bold(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

const same = (text: string) => text;
const escapeSequence = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;

/** Style without colours. */
export const NO_STYLE: Style = { bold: same, red: same, green: same, yellow: same };

/** Style with escape sequences that every terminal supports. */
export const TERMINAL_STYLE: Style = {
  bold: escapeSequence(1, 22),
  red: escapeSequence(31, 39),
  green: escapeSequence(32, 39),
  yellow: escapeSequence(33, 39),
};

/** Returns the style for a stream: colours only for a terminal, and only if `NO_COLOR` is empty or not set. */
export function styleFor(stream: OutputStream, env: CommandIo['env'] = {}): Style {
  return stream.isTTY && !env.NO_COLOR && env.TERM !== 'dumb' ? TERMINAL_STYLE : NO_STYLE;
}
