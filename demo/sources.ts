import { fastStuffing, slowStuffing } from './attacks/credential-stuffing.js';
import { deniedEnumeration, grantedEnumeration } from './attacks/enumeration.js';
import { keyTheft } from './attacks/key-theft.js';
import { loudProbing, quietProbing } from './attacks/probing.js';
import { scraping } from './attacks/scraping.js';
import { healthChecks } from './benign/health-checks.js';
import { populationSource } from './benign/population.js';
import { POPULATIONS } from './benign/populations.js';
import { socketSources } from './benign/sockets.js';
import { badDeployment } from './look-alikes/bad-deployment.js';
import { expiredTokenFleet } from './look-alikes/expired-token-fleet.js';
import { loadTest } from './look-alikes/load-test.js';
import { mistypedPath } from './look-alikes/mistyped-path.js';
import { natOffice } from './look-alikes/nat-office.js';
import { nightlyJob } from './look-alikes/nightly-job.js';
import { ownCrawler } from './look-alikes/own-crawler.js';
import { searchBot } from './look-alikes/search-bot.js';
import { wrongKeyPartner } from './look-alikes/wrong-key-partner.js';
import type { TrafficSource } from './world.js';

export const LOOK_ALIKES: readonly TrafficSource[] = [
  expiredTokenFleet,
  natOffice,
  ownCrawler,
  nightlyJob,
  badDeployment,
  wrongKeyPartner,
  loadTest,
  searchBot,
  mistypedPath,
];

export const ATTACKS: readonly TrafficSource[] = [
  fastStuffing,
  slowStuffing,
  deniedEnumeration,
  grantedEnumeration,
  loudProbing,
  quietProbing,
  scraping,
  keyTheft,
];

export const ORDINARY: readonly TrafficSource[] = [
  ...POPULATIONS.map(populationSource),
  ...socketSources,
  healthChecks,
];

/** Every generator of a full run. */
export const ALL_SOURCES: readonly TrafficSource[] = [...ORDINARY, ...LOOK_ALIKES, ...ATTACKS];
