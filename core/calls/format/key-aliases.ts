import { remember } from '../remember.js';
import type { FieldKind } from './field-kind.js';
import { SHORT_KEYS } from './short-keys.js';
import { factsOf, KNOWN_VARIABLES } from './variables.js';

/** A variable that a key may stand for, on condition that the value has this shape (`undefined`: whatever it is). */
export interface KeyMeaning {
  readonly variable: string;
  readonly onlyIf: FieldKind | undefined;
}

/** The names that people give to variables, without case and separators. Documented names need no entry. */
const ALIASES: Readonly<Record<string, string>> = {
  'identity.sourceIp':
    'ip sourceip srcip clientip remoteip remoteaddr remoteaddress clientaddress ipaddress sourceipaddress sourceaddress requestip callerip userip remotehost networkclientip identityip cip reqip httpclientip',
  'identity.userAgent':
    'ua agent useragent httpuseragent requestuseragent browser csuseragent useragentoriginal reqagent reqheaderuseragent',
  'identity.apiKeyId': 'apikeyid keyid',
  'identity.apiKey': 'xapikey',
  'identity.caller': 'caller callerid identitycaller',
  'identity.user': 'user userid usrid identityuser requestuser remoteuser',
  'identity.userArn': 'userarn arn callerarn identityarn principalarn iamarn',
  'identity.accountId': 'calleraccountid calleraccount useraccountid identityaccount',
  'identity.principalOrgId': 'principalorgid orgid',
  'identity.cognitoIdentityId': 'cognitoidentityid cognitoidentity cognitoid',
  'identity.cognitoAuthenticationProvider': 'cognitoauthenticationprovider cognitoauthprovider',
  'identity.cognitoAuthenticationType': 'cognitoauthenticationtype cognitoauthtype',
  'identity.clientCert.subjectDN': 'subjectdn clientcertsubject clientcertsubjectdn',
  'identity.clientCert.issuerDN': 'issuerdn clientcertissuer clientcertissuerdn',
  'identity.clientCert.serialNumber': 'serialnumber clientcertserial clientcertserialnumber',
  'identity.vpceId': 'vpceid vpcendpointid vpcendpoint',
  'identity.vpcId': 'vpcid',
  requestId:
    'requestid reqid rid awsrequestid apigwrequestid apigatewayrequestid gatewayrequestid apirequestid httprequestid contextrequestid xamznrequestid',
  extendedRequestId:
    'extendedrequestid extrequestid extreqid xamzapigwid amzapigwid apigwid extendedid requestextendedid',
  requestTimeEpoch:
    'requesttimeepoch epoch timeepoch epochtime requestepoch epochms timestampms requesttimems timems requesttimestampepoch reqtimeepoch',
  httpMethod: 'httpmethod method verb requestmethod httpverb httprequestmethod reqmethod csmethod',
  path: 'path requestpath uri url requesturi requesturl rawpath uripath urlpath httppath httpurl urldetailspath httpurldetailspath httptarget fullpath csuristem',
  resourcePath: 'resourcepath resource apiresource apipath resourcename httpresource httproute pathtemplate',
  resourceId: 'resourceid',
  routeKey: 'routekey',
  protocol: 'protocol httpprotocol requestprotocol httpversion version httpflavor csversion',
  status:
    'status statuscode httpstatus httpstatuscode responsestatus responsestatuscode responsecode httpcode returncode scstatus httpresponsestatus httpresponsestatuscode finalstatus clientstatus',
  responseLength:
    'responselength responsesize responsebytes bytes bytessent bytesout size contentlength responsecontentlength bodysize bodybytessent length resplen responselen reslen reslength ressize respsize respbytes networkbyteswritten httpresponsebodybytes scbytes responsesizebytes',
  responseLatency:
    'responselatency latency ms duration responsetime elapsed elapsedtime totallatency latencyms durationms restime resptime reslatency resplatency responsetimems responselatencyms totaltime gatewaylatency apilatency overalllatency requestlatency timetaken requestduration',
  dataProcessed: 'dataprocessed bytesprocessed',
  integrationLatency:
    'integrationlatency backendlatency upstreamlatency lambdalatency integrationlatencyms backendresponsetime upstreamresponsetime integrationresponsetime integrationduration integlatency intlatency intgrlatency lambdaduration backendtime backendduration upstreamtime lambdatime integrationtime',
  integrationStatus:
    'integrationstatus backendstatus upstreamstatus integrationstatuscode backendstatuscode integstatus intstatus upstreamstatuscode',
  'integration.integrationStatus': 'integrationservicestatus lambdaservicestatus',
  'integration.status':
    'functionresponsestatus functionstatus lambdastatus lambdastatuscode integrationresponsestatus',
  'integration.requestId':
    'integrationrequestid lambdarequestid backendrequestid functionrequestid integrequestid',
  integrationErrorMessage:
    'integrationerrormessage integrationerrormsg backenderror integrationerr integerror interror upstreamerror lambdaerror',
  'error.message':
    'errormessage error errormsg gatewayerror gatewayerrormessage contexterror errordescription apierror err errmsg gwerror apigwerror apigwerrormessage apigatewayerror',
  'error.messageString': 'errormessagestring errorstring messagestring',
  'error.responseType': 'errorresponsetype errortype responsetype gatewayresponsetype errorresponse',
  'error.validationErrorString':
    'validationerrorstring validationerror errorvalidation errorvalidationstring requestvalidationerror',
  'authorizer.error':
    'authorizererror autherror authorizererrormessage autherrormessage lambdaauthorizererror',
  'authorizer.principalId': 'principalid principal authprincipal authorizerprincipal authprincipalid',
  'authorizer.claims.sub':
    'sub subject claimssub jwtsub authorizersub cognitosub usersub tokensub jwtclaimssub',
  'authorizer.claims.email': 'email useremail claimsemail authorizeremail',
  'authorizer.claims.iss': 'iss issuer claimsiss jwtiss',
  'authorizer.claims.aud': 'aud audience claimsaud',
  'authorizer.claims.scope': 'scope scopes claimsscope oauthscope',
  'authorizer.claims.client_id': 'clientid claimsclientid appclientid oauthclientid azp',
  'authorizer.claims.cognito:username': 'username cognitousername claimscognitousername claimsusername',
  'authorizer.latency': 'authorizerlatency authlatency',
  'authorizer.status': 'authorizerstatus authstatus',
  'authorizer.integrationLatency': 'authorizerintegrationlatency',
  'authorizer.integrationStatus': 'authorizerintegrationstatus',
  domainName:
    'domainname domain host hostname httphost requesthost servername apidomain vhost cshost dest reqhost',
  domainPrefix: 'domainprefix subdomain',
  'customDomain.basePathMatched': 'basepathmatched basepath customdomainbasepath custombasepath',
  accountId: 'accountid account awsaccountid awsaccount owneraccountid cloudaccountid',
  apiId: 'apiid api restapiid httpapiid gatewayid apigatewayid apigwapiid apiidentifier websocketapiid',
  stage: 'stage stagename apistage deploymentstage',
  deploymentId: 'deploymentid',
  xrayTraceId: 'xraytraceid traceid xray xraytrace xamzntraceid awstraceid',
  wafResponseCode: 'wafresponsecode wafresponse wafaction wafresult wafverdict wafcode',
  'waf.status': 'wafstatus',
  'waf.error': 'waferror',
  'waf.latency': 'waflatency',
  webaclArn: 'webaclarn webacl wafarn wafwebaclarn',
  tlsVersion: 'tlsversion tls sslprotocol tlsprotocol sslversion',
  cipherSuite: 'ciphersuite cipher sslcipher tlscipher tlsciphersuite',
  connectionId: 'connectionid connid wsconnectionid websocketconnectionid',
  eventType: 'eventtype wseventtype websocketeventtype',
  messageDirection: 'messagedirection direction',
  messageId: 'messageid',
  connectedAt: 'connectedat connecttime connectedtime',
  awsEndpointRequestId: 'awsendpointrequestid endpointrequestid awsendpointreqid',
};

/** Keys whose meaning shows only in the value. */
const BY_VALUE: Readonly<Record<string, readonly KeyMeaning[]>> = {
  ...sharing(
    'time timestamp datetime date ts eventtime requestedat receivedat requesttimestamp accesstime logtime requestdate when t starttime timelocal timeiso8601 asctime requestts',
    [
      { variable: 'requestTime', onlyIf: 'clf-time' },
      { variable: 'requestTimeEpoch', onlyIf: 'epoch' },
      { variable: 'requestTime', onlyIf: undefined },
    ],
  ),
  ...sharing('apikey', [{ variable: 'identity.apiKeyId', onlyIf: 'key-id' }]),
  ...sharing('event evt wsevent', [{ variable: 'eventType', onlyIf: 'event-type' }]),
  ...sharing('message msg errors', [{ variable: 'error.message', onlyIf: 'gateway-message' }]),
  // nginx calls the duration of a request its time
  ...sharing('requesttime reqtime', [
    { variable: 'requestTime', onlyIf: 'clf-time' },
    { variable: 'requestTimeEpoch', onlyIf: 'epoch' },
    { variable: 'responseLatency', onlyIf: 'integer' },
    { variable: 'requestTime', onlyIf: undefined },
  ]),
  ...sharing('route endpoint operation', [
    { variable: 'resourcePath', onlyIf: 'resource-path' },
    { variable: 'routeKey', onlyIf: 'route-key' },
  ]),
  ...sharing('id', [{ variable: 'requestId', onlyIf: 'request-id' }]),
  ...sharing('code s st sc', [{ variable: 'status', onlyIf: 'status' }]),
  ...sharing('m', [{ variable: 'httpMethod', onlyIf: 'method' }]),
  ...sharing('p', [{ variable: 'path', onlyIf: 'resource-path' }]),
  ...sharing('client remote source src from', [{ variable: 'identity.sourceIp', onlyIf: 'ip' }]),
  ...sharing('error gatewayerror', [{ variable: 'error.message', onlyIf: undefined }]),
  ...sharing('resource', [{ variable: 'resourcePath', onlyIf: 'resource-path' }]),
  ...sharing('version', [{ variable: 'protocol', onlyIf: 'protocol' }]),
};

/** Spellings that camel case alone tells apart: `integrationError` is the HTTP API's variable, `integration-error` the dotted one. */
const EXACT: Readonly<Record<string, string>> = { integrationError: 'integrationErrorMessage' };

/** Objects that only wrap: `{"request":{"ip":…}}`, `context.identity.sourceIp`, `aws.apigateway.stage`. */
const WRAPPER =
  /^(?:\$?context|ctx|requestcontext|request|req|response|resp|res|http|identity|event|log|accesslog|access|apigw|apigateway|gateway|client|meta|metadata|network|details|attributes|fields|data|aws|api|call|general|timing|timings|performance|auth|authorizer|claims|jwt|error|errors|url|usr|user|caller|custom|customdomain|domain|id|iam)[._-]/i;

const MOST_KEYS = 1_024;

const MEANINGS = new Map<string, readonly KeyMeaning[]>();
for (const [variable, names] of Object.entries(ALIASES)) {
  for (const name of names.split(' ')) MEANINGS.set(name, [{ variable, onlyIf: undefined }]);
}
for (const [name, meanings] of Object.entries(BY_VALUE)) MEANINGS.set(name, meanings);
// So short that others may mean something else by them: only with a value of the right shape.
for (const [variable, name] of Object.entries(SHORT_KEYS)) {
  if (!MEANINGS.has(name)) MEANINGS.set(name, [{ variable, onlyIf: factsOf(variable).kind }]);
}
// Documented names last: they win. Where two differ only by a dot, `camelCase` is taken for the undotted one.
for (const variable of KNOWN_VARIABLES) {
  const name = bare(variable);
  const dotted = variable.includes('.');
  if (
    !(dotted && KNOWN_VARIABLES.some((other) => other !== variable && bare(other) === name)) &&
    !BY_VALUE[name]
  ) {
    MEANINGS.set(name, [{ variable, onlyIf: undefined }]);
  }
}

/** What a key of an unknown format may stand for, best first; empty if the name says nothing. A feed has the same few keys on every line. */
export const meaningsOf: (key: string) => readonly KeyMeaning[] = remember(meaningsOfKey, MOST_KEYS);

function meaningsOfKey(key: string): readonly KeyMeaning[] {
  let name = key;
  for (let stripped = 0; stripped < 4; stripped++) {
    const found = directMeanings(name);
    if (found.length > 0) return found;
    const wrapper = WRAPPER.exec(name);
    if (wrapper === null) break;
    name = name.slice(wrapper[0].length);
  }
  return [];
}

function directMeanings(key: string): readonly KeyMeaning[] {
  if (Object.hasOwn(EXACT, key)) return [{ variable: EXACT[key] as string, onlyIf: undefined }];
  const name = bare(key);
  const dotted = DOTTED.get(name);
  if (dotted !== undefined && /[._\s-]/.test(key)) return [{ variable: dotted, onlyIf: undefined }];
  const claim = /(?:^|[._-])claims[._-]([\w:-]+)$/i.exec(key)?.[1];
  return (
    MEANINGS.get(name) ??
    (claim === undefined ? [] : [{ variable: `authorizer.claims.${claim}`, onlyIf: undefined }])
  );
}

/** `integration-latency` → `integration.latency`: a separated key stands for the variable separated at the same place. */
const DOTTED: ReadonlyMap<string, string> = new Map(
  KNOWN_VARIABLES.filter((name) =>
    /^(?:integration|waf|authorizer|authorize|authenticate|error)\./.test(name),
  ).map((name) => [bare(name), name]),
);

function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z\d]/g, '');
}

function sharing(names: string, meanings: readonly KeyMeaning[]): Record<string, readonly KeyMeaning[]> {
  return Object.fromEntries(names.split(' ').map((name) => [name, meanings]));
}
