// A million broken documents for each parser, or as many as the first argument says; the second is the seed. From the root of
// the repository, with Node 22.18 or later:
//   node --conditions=@promwright/source packages/parser/bench/fuzz.ts 1000000 1234
import { FUZZ_TARGETS, fuzz } from '../test/fuzz.ts';

const [runs = '1000000', seed = String(Math.floor(Math.random() * 2 ** 32))] = process.argv.slice(2);
console.log(`seed ${seed}, ${runs} inputs for each parser`);
for (const target of FUZZ_TARGETS) {
  const start = performance.now();
  const { accepted, refused } = fuzz(target, Number(runs), Number(seed));
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${target.name}: ${accepted} read, ${refused} refused, no crash, ${seconds} s`);
}
