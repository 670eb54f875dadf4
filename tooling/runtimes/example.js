// One of the examples, on the server of the runtime that runs it. Prints its address.
import { args, serve } from './serve.js';

const example = await import(`../../apps/examples/${args[0]}`);
serve(example.fetch ?? example.default.fetch);
