import { readFileSync } from 'node:fs';
import { shippedRules } from '../../adapters/shipped/shipped-rules.js';
import { OurPipeline } from './pipeline/our-pipeline.js';
import { FULL, type LambdaEvent } from './pipeline/payloads.js';

/** Prints the milliseconds of the first batch in a fresh process: decode, detect and encode code that has never run. */
const event = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as LambdaEvent;
const pipeline = await OurPipeline.of(FULL, shippedRules);
const startMs = performance.now();
pipeline.record(event);
console.log(performance.now() - startMs);
