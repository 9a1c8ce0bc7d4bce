// The arrows of docs/architecture.md: bin -> lib, lambdas|cli|demo -> adapters -> core; core imports nothing outward.
const outward = '^(adapters|lambdas|cli|demo|lib|bin|web|guard|tools|test)/';
module.exports = {
  forbidden: [
    { name: 'core-stands-alone', severity: 'error', from: { path: '^core/' }, to: { path: outward } },
    {
      name: 'core-has-no-node',
      severity: 'error',
      from: { path: '^core/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-has-no-aws',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: 'node_modules/(@aws-sdk|@smithy|aws-)' },
    },
    {
      name: 'adapters-see-only-core',
      severity: 'error',
      from: { path: '^adapters/' },
      to: { path: '^(lambdas|cli|demo|lib|bin|web|guard|tools|test)/' },
    },
    {
      name: 'lambdas-see-core-and-adapters',
      severity: 'error',
      from: { path: '^lambdas/' },
      to: { path: '^(cli|demo|lib|bin|web|guard|tools|test)/' },
    },
    {
      name: 'demo-labels-stay-out',
      comment: 'the ground truth of the simulator must be out of reach of everything that is measured by it',
      severity: 'error',
      from: { path: '^(core|adapters|lambdas|lib|rules)/' },
      to: { path: '^demo/' },
    },
    {
      name: 'lib-deploys-does-not-run',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(cli|demo|tools|test)/' },
    },
    {
      name: 'product-never-imports-tests',
      severity: 'error',
      from: { path: '^(core|adapters|lambdas|cli|demo|lib|bin)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|cdk\\.out)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
