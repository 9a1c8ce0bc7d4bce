import { toTemplate } from './format-template.js';
import { toLayout } from './layout.js';
import { plainReader } from './plain-reader.js';

/** A format whose values have no names in the line, so that only knowing it tells which is which. */
export interface WellKnownFormat {
  readonly id: string;
  readonly variables: readonly string[];
  /** Values by slot, only if every value has the shape that this format prints there. */
  readonly read: (line: string) => readonly (string | undefined)[] | undefined;
}

const IP = '$context.identity.sourceIp';
const CALLER = `${IP} $context.identity.caller $context.identity.user`;
const REST_REQUEST = '"$context.httpMethod $context.resourcePath $context.protocol"';
const HTTP_REQUEST = '"$context.httpMethod $context.routeKey $context.protocol"';
const SOCKET_REQUEST = '"$context.eventType $context.routeKey $context.connectionId"';
const RESULT = '$context.status $context.responseLength';
const IDS = '$context.requestId $context.extendedRequestId';

/**
 * CLF and CSV as the AWS guides, the CDK (`AccessLogFormat.clf()`) and the Serverless Framework print them. Of two
 * that both fit a line the first is taken.
 */
const FORMATS: readonly (readonly [id: string, format: string])[] = [
  ['clf-rest', `${CALLER} [$context.requestTime]${REST_REQUEST} ${RESULT} ${IDS}`],
  ['clf-rest', `${CALLER} [$context.requestTime] ${REST_REQUEST} ${RESULT} ${IDS}`],
  ['clf-rest-short', `${CALLER} [$context.requestTime] ${REST_REQUEST} ${RESULT} $context.requestId`],
  ['clf-rest-short', `${CALLER} [$context.requestTime]${REST_REQUEST} ${RESULT} $context.requestId`],
  [
    'clf-rest-extended-first',
    `$context.extendedRequestId ${CALLER} [$context.requestTime] ${REST_REQUEST} ${RESULT} $context.requestId`,
  ],
  ['clf-http', `${IP} - - [$context.requestTime] ${HTTP_REQUEST} ${RESULT} ${IDS}`],
  [
    'clf-http-error',
    `${IP} - - [$context.requestTime] ${HTTP_REQUEST} ${RESULT} $context.requestId $context.integrationErrorMessage`,
  ],
  ['clf-http-short', `${IP} - - [$context.requestTime] ${HTTP_REQUEST} ${RESULT} $context.requestId`],
  ['clf-websocket', `${CALLER} [$context.requestTime] ${SOCKET_REQUEST} $context.status $context.requestId`],
  ['clf-websocket-serverless', `${CALLER} [$context.requestTime] ${SOCKET_REQUEST} $context.requestId`],
  [
    'clf-rest-combined',
    `${CALLER} [$context.requestTime] ${REST_REQUEST} ${RESULT} $context.requestId "$context.identity.userAgent"`,
  ],
  [
    'csv-rest',
    `${CALLER.replaceAll(' ', ',')},$context.requestTime,$context.httpMethod,$context.resourcePath,$context.protocol,${RESULT.replace(' ', ',')},${IDS.replace(' ', ',')}`,
  ],
  [
    'csv-http',
    `${IP},$context.requestTime,$context.httpMethod,$context.routeKey,$context.protocol,${RESULT.replace(' ', ',')},${IDS.replace(' ', ',')}`,
  ],
  [
    'csv-websocket',
    `${CALLER.replaceAll(' ', ',')},$context.requestTime,$context.eventType,$context.routeKey,$context.connectionId,$context.status,$context.requestId`,
  ],
  [
    'csv-websocket',
    `${IP},$context.identity.caller, $context.identity.user,$context.requestTime,$context.eventType, $context.routeKey,$context.connectionId,$context.status, $context.requestId`,
  ],
];

export const WELL_KNOWN_FORMATS: readonly WellKnownFormat[] = FORMATS.map(([id, text]) => {
  const template = toTemplate(text);
  const reader = plainReader(toLayout(template));
  const requestId = template.variables.indexOf('requestId');
  const extended = template.variables.indexOf('extendedRequestId');
  const routeKey = template.variables.indexOf('routeKey');
  return {
    id: `known:${id}`,
    variables: template.variables,
    read: (line) => {
      const values = reader(line);
      if (values === undefined || values.every((value) => value === undefined)) return undefined;
      // A UUID is never an extended request id, so the two ids stand in this format's order or it is another format.
      const swapped =
        UUID.test(values[extended] ?? '') ||
        (extended >= 0 && values[extended] === undefined && values[requestId] === undefined);
      const route = values[routeKey];
      const bareWord =
        route !== undefined && !/^\$|^[A-Z]{3,10} \//.test(route) && text.includes('httpMethod');
      return swapped || bareWord ? undefined : values;
    },
  };
});

const UUID = /^[\da-f]{8}-[\da-f]{4}-/i;
