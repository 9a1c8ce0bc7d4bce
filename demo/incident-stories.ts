/** What each simulated incident is, in a few words for the report. */
const STORIES: Readonly<Record<string, string>> = {
  'enumeration-granted': 'a customer counts through order ids and reads what is not theirs',
  'enumeration-denied': 'a customer counts through order ids and is refused each time',
  'key-theft': "a partner's API key leaks and is used from many addresses",
  scraping: 'one key pages through everything there is, and each call is granted',
  'credential-stuffing-fast': 'hundreds of stolen passwords tried within a minute or two',
  'credential-stuffing-slow': 'stolen passwords tried slowly, to stay below thresholds',
  'probing-scanner': 'a scanner that gives its name asks for everything known',
  'probing-quiet': 'somebody looks for forgotten files and consoles, without a name',
  'nat-office': 'five hundred people of one company behind one address',
  'search-bot': 'a search engine asks all day, also for pages long gone',
  'nightly-job': 'a job reads every invoice in order, every night',
  'load-test': "the team's own load test, until the throttle answers",
  'expired-token-fleet': 'a key was rotated: every phone is refused once, then goes on',
  'mistyped-path': 'an app version asks thousands of times for a path with a typo',
  'bad-deployment': 'a deployment answers 500 to everybody for five minutes',
  'wrong-key-partner': 'a partner deployed a mistyped key: refused for hours',
  'own-crawler': "the company's own link checker, fast, with some dead links",
};

/** Empty for one that has no story yet. */
export function storyOf(name: string): string {
  return STORIES[name] ?? '';
}
