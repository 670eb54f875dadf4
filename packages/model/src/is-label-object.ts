/**
 * Returns true for an object that can have labels: no array, date, map or boxed number, which would count as an object without
 * labels.
 */
export function isLabelObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  // By `toString` only for other objects than literals, because it is slow: of classes, and of another realm.
  return (
    Object.getPrototypeOf(value) === Object.prototype || Object.prototype.toString.call(value) === '[object Object]'
  );
}
