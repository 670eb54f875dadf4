import { isClassicMetricName } from './names.ts';

/** Scheme to show names outside the classic character set to clients that support only classic names. */
export type EscapingScheme = 'allow-utf-8' | 'underscores' | 'dots' | 'values';

/**
 * Escapes a name under a scheme. `underscores` loses the replaced characters. {@link unescapeName} reverses `values`
 * for all names, and `dots` for names of letters, digits, dots and underscores. The result equals that of the Go, Java
 * and Python client libraries, which differ in places from the document on escaping schemes. A classic name that begins
 * with `U__` is ambiguous.
 */
export function escapeName(name: string, scheme: EscapingScheme): string {
  if (name === '') return name;
  switch (scheme) {
    case 'allow-utf-8':
      return name;
    case 'underscores':
      if (isClassicMetricName(name)) return name;
      return replaceCharacters(name, (char, first) => (isClassic(char, first) ? char : '_'));
    case 'dots':
      return replaceCharacters(name, (char, first) => {
        if (char === '_') return '__';
        if (char === '.') return '_dot_';
        return isClassic(char, first) ? char : '__';
      });
    case 'values':
      if (isClassicMetricName(name)) return name;
      return `U__${replaceCharacters(name, (char, first) => {
        if (char === '_') return '__';
        if (isClassic(char, first)) return char;
        const code = char.codePointAt(0)!;
        return isSurrogate(code) ? '_FFFD_' : `_${code.toString(16)}_`;
      })}`;
  }
}

/** Reverses {@link escapeName}. Returns the input if it is not an escaped name, or if the scheme cannot be reversed. */
export function unescapeName(name: string, scheme: EscapingScheme): string {
  switch (scheme) {
    case 'allow-utf-8':
    case 'underscores':
      return name;
    case 'dots':
      return name.replace(/__|_dot_/g, (token) => (token === '__' ? '_' : '.'));
    case 'values':
      return name.startsWith('U__') ? (unescapeValues(name.slice(3)) ?? name) : name;
  }
}

function unescapeValues(escaped: string): string | undefined {
  // A pair of underscores, or up to six hexadecimal digits, in lower or upper case, between two underscores.
  const token = /__|_([0-9a-fA-F]{1,6})_|([^_])/gsuy;
  let result = '';
  let at = 0;
  while (at < escaped.length) {
    token.lastIndex = at;
    const match = token.exec(escaped);
    if (match === null) return undefined;
    const [text, hex, plain] = match;
    if (hex !== undefined) {
      const code = Number.parseInt(hex, 16);
      if (code > 0x10ffff || isSurrogate(code)) return undefined;
      result += String.fromCodePoint(code);
    } else {
      result += plain ?? '_';
    }
    at += text.length;
  }
  return result;
}

function replaceCharacters(name: string, replace: (char: string, first: boolean) => string): string {
  let result = '';
  let first = true;
  for (const char of name) {
    result += replace(char, first);
    first = false;
  }
  return result;
}

function isClassic(char: string, first: boolean): boolean {
  return first ? /^[a-zA-Z_:]$/.test(char) : /^[a-zA-Z0-9_:]$/.test(char);
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}
