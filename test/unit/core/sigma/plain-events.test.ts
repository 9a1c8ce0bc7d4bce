import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';
import { compilePlainRules, compileRules } from '../../../../core/sigma/compile-rules.js';
import { describeProblem, parseRules } from '../../../../core/sigma/parse-rules.js';
import type { EventRule } from '../../../../core/sigma/rule-source.js';
import { sampleCall } from './sample-call.js';

const rule = (detection: string, logsource = '{ product: any }') =>
  `title: t\nlogsource: ${logsource}\ndetection:\n${detection.replace(/^/gm, '    ')}\n`;
const parse = (text: string, logSources: 'any' | 'fed') =>
  parseRules([{ name: 'r.yml', text }], { digest: nodeDigest, regex: re2Engine, logSources });
const eventRules = (text: string): readonly EventRule[] => {
  const { rules, problems } = parse(text, 'any');
  expect(problems.map(describeProblem)).toEqual([]);
  return rules.filter((one) => one.kind === 'event');
};
const matches = (detection: string, event: unknown, logsource?: string): boolean =>
  compilePlainRules(eventRules(rule(detection, logsource)), re2Engine)(event).length === 1;

const windows = {
  Event: {
    System: {
      Provider: { '#attributes': { Name: 'Service Control Manager', Guid: '{55}' } },
      EventID: { '#attributes': { Qualifiers: 16384 }, '#text': 7045 },
      Channel: 'System',
      Execution: { '#attributes': { ProcessID: 836 } },
    },
    EventData: { ImagePath: 'C:\\Users\\Public\\a.exe', Data: { '#text': ['one', 'two'] } },
  },
};

describe('a rule over plain JSON', () => {
  const s = (fields: string) => `s: { ${fields} }\ncondition: s`;
  it.each([
    ['reads a key', s('a: x'), { a: 'X' }, true],
    ['minds the case of keys', s('a: x'), { A: 'x' }, false],
    ['follows a path', s('a.b.c: x'), { a: { b: { c: 'x' } } }, true],
    ['prefers a literal key with dots', s('a.b: x'), { 'a.b': 'x', a: { b: 'y' } }, true],
    ['finds a literal key with dots inside', s('a.b.c: x'), { a: { 'b.c': 'x' } }, true],
    ['goes on where a literal key leads nowhere', s('a.b.c: x'), { 'a.b': 1, a: { b: { c: 'x' } } }, true],
    ['takes any item of a list', s('a: x'), { a: ['y', 'x'] }, true],
    ['takes any item of a list of objects', s('a.b: x'), { a: [{ b: 'y' }, { c: 1 }, { b: ['x'] }] }, true],
    ['wants each value of all in some item', s('a|contains|all: [x, y]'), { a: ['1x', '2y'] }, true],
    ['compares numbers in lists', s('a|gt: 5'), { a: [1, 9] }, true],
    ['finds an item by a number', s('a: 5'), { a: ['6', 5] }, true],
    ['turns a list round as a whole', s('a|neq: x'), { a: ['x', 'y'] }, false],
    ['reads null as absent', s('a: null'), { b: 1 }, true],
    ['reads null where it stands', s('a: null'), { a: null }, true],
    ['finds null in a list', s('a: null'), { a: ['x', null] }, true],
    ['sees that a field exists as null', s('a|exists: true'), { a: null }, true],
    ['sees that a nested field is not there', s('a.b|exists: false'), { a: { c: 1 } }, true],
    ['tells empty from null', s("a: ''"), { a: null }, false],
    ['reads booleans', s('a: true'), { a: true }, true],
    ['reads booleans as text', s("a: 'False'"), { a: false }, true],
    ['finds a number in a text field', s("a: '10'"), { a: 10 }, true],
    ['compares an object as its JSON text', s('a|contains: \'"k":"V\''), { a: { k: 'v' } }, true],
    ['does not look up what every object has', s('toString|exists: true'), {}, false],
    ['does not look up a prototype', s('__proto__|exists: true'), { a: 1 }, false],
    ['searches keywords in every value', 'k: [evil]\ncondition: k', { a: { b: ['x', 'an EVIL one'] } }, true],
    ['searches keywords in numbers', 'k: [404]\ncondition: k', { a: 1404 }, true],
    ['does not search keywords in names', 'k: [evil]\ncondition: k', { evil: 1 }, false],
    ['lets a keyword hold wildcards', "k: ['a*c']\ncondition: k", ['xabcx'], true],
    ['searches a bare text', 'k: [evil]\ncondition: k', 'evil', true],
    ['needs all keywords somewhere', "k: { '|all': [a1, b2] }\ncondition: k", { x: 'A1', y: ['B2'] }, true],
    ['matches nothing of null', s('a: x'), null, false],
    ['reads the data of a Windows event', s("ImagePath|endswith: '\\a.exe'"), windows, true],
    // Specification 2.1, "Field Usage": as they stand in the log, without their spaces.
    ['reads a name that the log writes with spaces', s('NewValue: x'), { 'New Value': 'X' }, true],
    ['prefers the name as it is written', s('NewValue: x'), { 'New Value': 'x', NewValue: 'y' }, false],
    ['reads a name with spaces as it is written', s('New Value: x'), { 'New Value': 'x' }, true],
    [
      'reads the data of a Windows event by names without their spaces',
      s("ThreatName|endswith: EICAR, SourceName: 'Real-Time Protection'"),
      { Event: { EventData: { 'Threat Name': 'a/EICAR', 'Source Name': 'Real-Time Protection' } } },
      true,
    ],
    [
      'reads the user data of a Windows event by names without their spaces',
      s('SAMUserAccount: x'),
      { Event: { UserData: { Changed: { 'SAM User Account': 'x' } } } },
      true,
    ],
    ['does not see a name with other spaces', s('New Value: x'), { NewValue: 'x' }, false],
    ['reads an element with attributes', s('EventID: 7045'), windows, true],
    ['reads an attribute of the header', s('Provider_Name: service control manager'), windows, true],
    ['reads a number of the header', s('Execution_ProcessID: 836'), windows, true],
    [
      'sees that a field of a Windows event exists as null',
      s('Binary|exists: true'),
      { Event: { EventData: { Binary: null } } },
      true,
    ],
    ['reads unnamed data', s('Data|contains: tw'), windows, true],
    [
      'reads user data',
      s('SubjectUserName: admin'),
      { Event: { UserData: { Cleared: { SubjectUserName: 'admin' } } } },
      true,
    ],
    [
      'reads attributes that stand in an element of their own',
      s('Provider_Name: scm, EventID: 7045'),
      { Event: { System: { Provider_attributes: { Name: 'SCM' }, EventID: 7045 }, EventData: {} } },
      true,
    ],
    [
      'reads attributes and data that are marked as XML has them',
      s('Provider_Name: scm, ImagePath: x, Empty: null'),
      {
        Event: {
          System: { Provider: { '@Name': 'SCM' } },
          EventData: { Data: [{ '@Name': 'Empty' }, { '@Name': 'ImagePath', '#text': 'X' }] },
        },
      },
      true,
    ],
    [
      'reads an event as Winlogbeat sends it',
      s('EventID: 4720, Channel: security, SamAccountName|contains: $, Provider_Name|endswith: auditing'),
      {
        winlog: {
          event_id: '4720',
          channel: 'Security',
          provider_name: 'Microsoft-Windows-Security-Auditing',
          event_data: { SamAccountName: 'x$' },
        },
      },
      true,
    ],
    ['does not see fields of Winlogbeat elsewhere', s('EventID: 1'), { winlog: [], event_id: 1 }, false],
  ] satisfies [string, string, unknown, boolean][])('%s', (_, detection, event, expected) => {
    expect(matches(detection, event)).toBe(expected);
  });

  it('reads calls that were decoded to JSON, by the names of calls and of web servers', () => {
    const decoded: unknown = JSON.parse(
      JSON.stringify(
        sampleCall({
          path: '/a/../b.php',
          query: 'x=1',
          request: { headers: { referer: 'R' }, body: undefined, truncated: false },
        }),
      ),
    );
    const webserver = '{ category: webserver }';
    expect(matches(s('uri|endswith: b.php?x=1'), decoded, '{ product: aws, service: apigateway }')).toBe(
      true,
    );
    expect(matches(s("cs-uri-query|contains: '/../', sc-status: 200"), decoded, webserver)).toBe(true);
    expect(matches(s('uriExtension: php, request.headers.referer: r'), decoded)).toBe(true);
    expect(matches(s('url|startswith: https://api.example.com/a/'), decoded)).toBe(true);
  });

  it('takes public names as written where events are not calls', () => {
    expect(matches(s('cs-method: GET'), { 'cs-method': 'get' }, '{ category: webserver }')).toBe(true);
    expect(matches(s('cs-method: GET'), { method: 'get' }, '{ category: webserver }')).toBe(false);
  });

  it('survives events nested without end', () => {
    const deep = `${'['.repeat(100_000)}"evil"${']'.repeat(100_000)}`;
    const event: unknown = JSON.parse(`{"a":${deep}}`);
    expect(matches('k: [evil]\ncondition: k', event)).toBe(true);
    expect(matches(s('a|contains: evil'), event)).toBe(false);
  });
});

describe('rules of several log sources in one set', () => {
  const minute = rule(
    's: { dimension: stage, errorRatio|gte: 0.5, calls|gte: 20 }\ncondition: s',
    '{ product: aws, service: apigateway-minute }',
  );
  const trail = rule('s: { requestParameters.x: y }\ncondition: s', '{ product: aws, service: cloudtrail }');
  const calls = rule('s: { status: 404 }\ncondition: s', '{ product: aws, service: apigateway }');
  const { rules, problems } = parse([minute, trail, calls].join('---\n'), 'fed');
  const set = compileRules(rules, undefined);
  const row = { dimension: 'stage', errorRatio: 0.6, calls: 30, status: 404, requestParameters: { x: 'y' } };

  it('see only the events of their own', () => {
    expect(problems.map(describeProblem)).toEqual([]);
    expect(set.matchRecord('minutes', row).map(({ id }) => id)).toEqual(['r#1']);
    expect(set.matchRecord('cloudtrail', row).map(({ id }) => id)).toEqual(['r#2']);
    expect(set.matchRecord('inventory', row)).toEqual([]);
    expect(set.match(sampleCall({ status: 404 })).map(({ id }) => id)).toEqual(['r#3']);
  });

  it('name a field that their events do not have with the nearest that they do', () => {
    const wrong = parse(minute.replace('errorRatio', 'errorRate'), 'fed').problems.map(describeProblem);
    expect(wrong.join()).toMatch(
      /r\.yml:4:\d+: Minutes of API Gateway traffic have no field 'errorRate'.*'errorRatio'/,
    );
  });

  it('are refused where nobody brings their events', () => {
    const foreign = rule('s: { a: 1 }\ncondition: s', '{ product: windows }');
    expect(parse(foreign, 'any').problems).toEqual([]);
    expect(parse(foreign, 'fed').problems.map(describeProblem).join()).toMatch(
      /r\.yml:2:12: no feed carries this log source.*apigateway-minute/,
    );
  });
});
