import { type Command, Option } from 'commander';
import type { AwsAccess } from '../adapters/aws/aws-access.js';
import { UsageError } from './cli-io.js';

export const DEFAULT_DATA_DIR = '.gatewarden';

/** Where the data of a command lies: in a folder of this machine, or in the tables of a stack on AWS. */
export interface PlaceOptions extends StackOptions {
  readonly data: string;
}

/** A stack on AWS, where one is named, and how to get to it. */
export interface StackOptions extends AwsAccess {
  readonly stack?: string;
}

/** `--data`, and what names a stack in its stead. */
export function withPlace(command: Command): Command {
  command.option('--data <dir>', 'folder that holds the data', DEFAULT_DATA_DIR);
  return withStack(command, 'on AWS: the stack that Gatewarden is in, in place of a folder', ['data']);
}

/** `--stack`, `--region` and `--profile`. */
export function withStack(command: Command, about: string, conflicts: readonly string[]): Command {
  return command
    .addOption(new Option('--stack <name>', about).conflicts([...conflicts]))
    .option('--region <region>', 'on AWS: its region (default: as AWS_REGION or the profile says)')
    .option('--profile <name>', 'on AWS: whose credentials (default: as AWS_PROFILE says)');
}

/** Throws `UsageError` for a region or profile where nothing is on AWS. */
export function refuseStrayAccess({ stack, region, profile }: StackOptions): void {
  const given = { '--region': region, '--profile': profile };
  const stray = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (stack === undefined && stray.length > 0)
    throw new UsageError(
      `${stray.join(' and ')}: only with --stack NAME; a data folder is in no region and needs no credentials`,
    );
}

/** The access alone, as adapters take it. */
export function accessOf({ region, profile }: StackOptions): AwsAccess {
  return { region, profile };
}
