import fc from 'fast-check';

// Every run uses the same random documents, so that only a change of the code changes the result. PROPERTY_SEED sets other documents.
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) });
