/** Length of the longest output of {@link writeNumber}: a sign, 17 digits, a point, and six zeros in front. */
export const MAX_NUMBER_BYTES = 25;

/**
 * Writes a number in JavaScript's own form, the shortest decimal that parses to the same number, and returns the position behind
 * it. Returns -1 for the rare numbers that need more care: `String(value)` has their text. For a number with a fraction it takes a
 * fifth of the time of `String(value)`.
 *
 * A number of up to 15 digits is written from an integer `n`: if `n / 10^k` is the number, this is also the number that the decimal is
 * parsed to, and no other decimal of so few digits is.
 */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  let abs = value;
  let start = at;
  if (value < 0) {
    abs = -value;
    bytes[start++] = MINUS;
  }
  if (abs === (abs | 0)) return writeInteger(bytes, start, abs | 0);
  // Other numbers may have an exponent. NaN is not within the limits either.
  return abs >= 1e-6 && abs < 1e15 ? writeDecimal(bytes, start, abs) : -1;
}

function writeDecimal(bytes: Uint8Array, at: number, abs: number): number {
  // Number of digits before the point; minus the number of zeros behind the point for a number below 0.1.
  let whole = 0;
  if (abs >= 1) {
    while (abs >= POWERS[whole]!) whole++;
  } else {
    while (abs < FRACTIONS[-whole]!) whole--;
  }
  const decimals = 15 - whole;
  const power = POWERS[decimals]!;
  const scaled = Math.floor(abs * power + 0.5);
  if (scaled / power === abs) return writeScaled(bytes, at, scaled, decimals, -1);
  return writeLong(bytes, at, abs, decimals + 1);
}

/**
 * Writes a number that needs 16 or 17 digits. Its product with a power of ten is computed exactly, as the sum of two doubles. The
 * nearest integer has the digits if it is nearer than half the distance to the next number; else one more digit is needed.
 * @param decimals number of decimals for which the number has 16 digits
 */
function writeLong(bytes: Uint8Array, at: number, abs: number, decimals: number): number {
  const power = POWERS[decimals]!;
  const product = abs * power;
  // Larger doubles are not every integer.
  if (product >= 2 ** 53 - 1) return -1;
  const below = Math.floor(product);
  const above = product - below + restOfProduct(abs, power, product);
  const step = Math.floor(above + 0.5);
  const nearest = below + step;
  const distance = above - step;
  const powerOfTwo = powerOfTwoBelow(abs);
  const limit = powerOfTwo * 2 ** -53 * power;
  const away = Math.abs(distance);
  // The number before a power of two is nearer. Others are too near to a border, or to the middle between two integers.
  if (powerOfTwo === abs || away === 0.5 || Math.abs(away - limit) <= limit * 2 ** -50) return -1;
  if (away < limit) return writeScaled(bytes, at, nearest, decimals, -1);
  const last = Math.floor(distance * 10 + 0.5);
  if (distance * 10 + 0.5 === last) return -1;
  if (last < 0) return writeScaled(bytes, at, nearest - 1, decimals, last + 10);
  return writeScaled(bytes, at, nearest, decimals, last);
}

/** Returns the exact difference of a product and its rounded value, by the method of Veltkamp and Dekker. */
function restOfProduct(a: number, b: number, product: number): number {
  const aParts = a * SPLITTER;
  const aHigh = aParts - (aParts - a);
  const aLow = a - aHigh;
  const bParts = b * SPLITTER;
  const bHigh = bParts - (bParts - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** Returns the largest power of two that is not above a number, by the method of Rump. */
function powerOfTwoBelow(abs: number): number {
  const large = abs * (2 ** 52 + 1);
  return large - large * (1 - 2 ** -53);
}

/** Writes `scaled / 10^decimals`, and one more decimal `last` unless it is -1. */
function writeScaled(bytes: Uint8Array, at: number, scaled: number, decimals: number, last: number): number {
  const power = POWERS[decimals]!;
  const whole = Math.floor(scaled / power);
  const fraction = scaled - whole * power;
  let end = whole < 2 ** 31 ? writeInteger(bytes, at, whole) : writeLarge(bytes, at, whole);
  if (fraction === 0 && last < 0) return end;
  bytes[end++] = POINT;
  // Two halves that are small integers.
  let high = Math.floor(fraction / 1e8) | 0;
  let low = (fraction - high * 1e8) | 0;
  let lowDigits = Math.min(8, decimals);
  let highDigits = decimals - lowDigits;
  if (last < 0) {
    if (low === 0) {
      lowDigits = 0;
      for (; high % 10 === 0; highDigits--) high = (high / 10) | 0;
    } else {
      for (; low % 10 === 0; lowDigits--) low = (low / 10) | 0;
    }
  }
  end = writeDigits(bytes, end, high, highDigits);
  end = writeDigits(bytes, end, low, lowDigits);
  if (last >= 0) bytes[end++] = ZERO + last;
  return end;
}

/** Writes an integer from 2^31 to 10^15. */
function writeLarge(bytes: Uint8Array, at: number, value: number): number {
  const high = Math.floor(value / 1e8);
  return writeDigits(bytes, writeInteger(bytes, at, high | 0), (value - high * 1e8) | 0, 8);
}

/** Writes an integer from 0 to 2^31. */
function writeInteger(bytes: Uint8Array, at: number, value: number): number {
  let digits = 1;
  while (digits < 10 && value >= POWERS[digits]!) digits++;
  return writeDigits(bytes, at, value, digits);
}

/** Writes the last digits of an integer from 0 to 2^31, with zeros in front. */
function writeDigits(bytes: Uint8Array, at: number, value: number, digits: number): number {
  let left = value;
  for (let i = at + digits - 1; i >= at; i--) {
    const next = (left / 10) | 0;
    bytes[i] = ZERO + left - next * 10;
    left = next;
  }
  return at + digits;
}

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
/** Powers of ten that a double holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** 0.1, 0.01 and so on. */
const FRACTIONS = Float64Array.from({ length: 7 }, (_, zeros) => Number(`1e-${zeros + 1}`));
/** Splits the 53 bits of a double into halves. */
const SPLITTER = 2 ** 27 + 1;
