import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { expect, test } from 'vitest';
import { hookBody, hookHeaders } from './response-hooks.ts';

setFlagsFromString('--allow-natives-syntax');
const isYoung = new Function('value', 'return %InYoungGeneration(value)') as (value: unknown) => boolean;

// A pretenured function would keep its request alive until the next full collection.
test.each(['writeHead', 'write', 'end'] as const)('hooked %s of a response is not pretenured', (method) => {
  const hooked = Array.from({ length: 10 }, () => {
    const res = new ServerResponse(new IncomingMessage(new Socket()));
    hookHeaders(res, { headersWritten() {} });
    hookBody(res, { bodyBytes: 0 });
    expect(Object.hasOwn(res, method)).toBe(true);
    return res;
  });
  // A collection during the test promotes some of the functions.
  expect(hooked.some((res) => isYoung(res[method]))).toBe(true);
});
