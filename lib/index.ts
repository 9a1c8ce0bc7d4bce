export type { BufferProps, KinesisProps } from './buffer.js';
export { GatewardenData } from './data.js';
export { Gatewarden, type GatewardenProps } from './gatewarden.js';
export type { FeedProps, LogGroupByName, LogGroupsByPrefix, LogSource } from './log-sources.js';
export { GatewardenDataStack, GatewardenStack, type GatewardenStackProps } from './stacks.js';
