import { defineConfig } from 'vitest/config';

// Emulator, conformance and full-size runs have commands of their own (package.json): they need Python,
// a folder of data that is not shipped, or many minutes.
export default defineConfig({
  test: {
    include: ['test/{unit,contract,rules,integration,arch,infra}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
