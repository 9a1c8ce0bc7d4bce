import { at, mix } from './random.js';

const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36 Edg/{v}.0.0.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{m} Safari/605.1.15',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:{v}.0) Gecko/20100101 Firefox/{v}.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_{m} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.{m} Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Mobile Safari/537.36',
];
const PHONES = [
  'Larder/{app} (iPhone; iOS 18.{m}; Scale/3.00)',
  'Larder/{app} (iPhone; iOS 17.{m}; Scale/2.00)',
  'Larder/{app} (Android 15; Pixel 9) okhttp/4.12.0',
  'Larder/{app} (Android 14; SM-S921B) okhttp/4.12.0',
  'Larder/{app} (Android 13; 2201117TY) okhttp/4.11.0',
];
const APP_VERSIONS = ['5.1.0', '5.2.0', '5.2.1', '5.3.0'] as const;
const SDKS = [
  'aws-sdk-java/2.29.{m} Linux/5.10.230 OpenJDK_64-Bit_Server_VM/21.0.5 Java/21.0.5',
  'aws-sdk-js/3.7{m}0.0 ua/2.1 os/linux#5.10.230 lang/js md/nodejs#22.11.0',
  'Boto3/1.35.{m} md/Botocore#1.35.{m} ua/2.0 os/linux#5.10.230 lang/python#3.12.7',
];
const PARTNERS = [
  'python-requests/2.32.{m}',
  'Java-http-client/21.0.{m}',
  'axios/1.7.{m}',
  'GuzzleHttp/7',
  'Go-http-client/2.0',
  'PostmanRuntime/7.43.{m}',
];
/** What tools name themselves when nobody tells them not to. */
const SCANNERS = [
  'Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:Port Check)',
  'gobuster/3.6',
  'feroxbuster/2.11.0',
  'Fuzz Faster U Fool v2.1.0-dev',
  'sqlmap/1.8.11#stable (https://sqlmap.org)',
  'Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)',
  'WPScan v3.8.27 (https://wpscan.com/wordpress-security-scanner)',
  'Wfuzz/3.1.0',
  'dirsearch/0.4.3',
];
const TOOLS = [
  'python-requests/2.31.0',
  'Go-http-client/1.1',
  'curl/8.5.0',
  'aiohttp/3.9.5',
  'okhttp/3.14.9',
];

export const CRAWLER_AGENT = 'LarderLinkCheck/2.3 (+https://www.example.com/linkcheck)';
export const SEARCH_AGENT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
export const LOAD_TEST_AGENT = 'k6/0.54.0 (https://k6.io/)';
export const HEALTH_AGENT = 'Amazon-Route53-Health-Check-Service (ref 3b9e; report http://amzn.to/1vsZADi)';

/** A fleet of devices keeps its firmware's name. */
export const FIRMWARE_AGENTS = [
  'larder-scale/1.8.2 esp-idf/5.2',
  'larder-scale/1.9.0 esp-idf/5.3',
  'larder-gate/0.9.4',
];

export const browser = (who: number): string => fill(at(BROWSERS, who % BROWSERS.length), who);
export const phone = (who: number, version?: string): string =>
  fill(at(PHONES, who % PHONES.length), who, version);
export const sdk = (who: number): string => fill(at(SDKS, who % SDKS.length), who);
export const partner = (who: number): string => fill(at(PARTNERS, who % PARTNERS.length), who);
export const scanner = (who: number): string => at(SCANNERS, who % SCANNERS.length);
export const tool = (who: number): string => at(TOOLS, who % TOOLS.length);

function fill(pattern: string, who: number, version?: string): string {
  const app = version ?? at(APP_VERSIONS, mix(who, 3) % APP_VERSIONS.length);
  return pattern
    .replaceAll('{v}', String(126 + (mix(who, 1) % 8)))
    .replaceAll('{m}', String(1 + (mix(who, 2) % 6)))
    .replaceAll('{app}', app);
}
