import fc from 'fast-check';

// The same random documents in every run, so that a change is judged by what it changes; other ones with PROPERTY_SEED.
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) });
