import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { parseAppContext } from '../lib/app-context.js';
import { GatewardenDataStack, GatewardenStack } from '../lib/stacks.js';

const app = new App();
const { stackName, logGroups, buffering } = parseAppContext((key) => app.node.tryGetContext(key));
const env = { account: process.env['CDK_DEFAULT_ACCOUNT'], region: process.env['CDK_DEFAULT_REGION'] };
const { data } = new GatewardenDataStack(app, `${stackName}-data`, { env });
new GatewardenStack(app, stackName, { env, gatewarden: { data, logGroups, buffering } });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
