// The example for Hono, on the server of the runtime that runs it. Prints its address.
import { fetch } from '../../apps/examples/hono/application.js';
import { serve } from './serve.js';

serve(fetch);
