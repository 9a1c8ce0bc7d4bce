import { Fault } from '../core/fault.js';
import { UsageError } from './cli-io.js';

/** What the SDK says where a user has not set AWS up, by the beginning of its message or its error's name. */
const NOT_SET_UP: readonly (readonly [seen: RegExp, advice: string])[] = [
  [/Region is missing/, 'no AWS region: give --region, or set AWS_REGION'],
  [
    /CredentialsProviderError|Could not load credentials|SSO|Token is expired/,
    'no AWS credentials that work: give --profile, or set AWS_PROFILE, or sign in (aws sso login); aws sts get-caller-identity shows whose they are',
  ],
  [
    /self-signed certificate|unable to (?:get|verify)/,
    'the certificate of the endpoint is not trusted: name its authority in NODE_EXTRA_CA_CERTS',
  ],
  [
    /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT/,
    'AWS cannot be reached: check the network, --region, and AWS_ENDPOINT_URL where it is set',
  ],
];

/** Runs what talks to AWS; a set-up that is missing is told as bad usage, with what would be right. */
export async function explainAws<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { cause } = error;
    const said = cause instanceof Error ? `${cause.name}: ${cause.message}` : '';
    const advice = NOT_SET_UP.find(([seen]) => seen.test(said))?.[1];
    if (advice === undefined) throw error;
    throw new UsageError(`${advice}\n  ${said}`);
  }
}
