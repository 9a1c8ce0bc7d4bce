import { PARAMETER_NAMES as P } from './parameter-names.js';
import { isVersionPlace, type SegmentPlace, templatePlain, WORD_MAX } from './plain-segment.js';
import { isDigits } from './segment-forms.js';

const toSet = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Endings that make a segment a file, or a resource in a representation (`orders.json`). */
export const FILE_ENDINGS: ReadonlySet<string> =
  toSet(`json xml html htm xhtml csv tsv txt md pdf yaml yml toml ini conf cfg env log rss atom ics vcf
 js mjs cjs jsx ts tsx css scss map wasm php asp aspx jsp do action cgi pl py rb sh bat exe dll jar war class
 png jpg jpeg gif svg webp avif ico bmp tif tiff heic mp3 mp4 m4a m4v wav ogg webm mov avi mkv m3u8 mpd flac
 woff woff2 ttf otf eot zip gz tgz tar bz2 xz rar 7z bak old sql db sqlite swp doc docx xls xlsx ppt pptx odt ods
 epub parquet avro ndjson jsonl geojson kml gpx proto graphql wsdl xsd rdf ttl jsonld webmanifest properties lock pem
 crt key p12 sig asc sha256 md5 git svn`);

/** Endings of host names that no method or file name has (`users.info` is a method, `example.com` is a host). */
const TOP_LEVEL = toSet(
  'com net org io dev app co edu gov mil int biz uk de fr nl eu ch at it es pl se no dk fi be jp cn au nz br ca us local internal test example invalid',
);

const REVERSE = toSet('com org net io dev app co edu gov de me');

/** The template of a segment of letters, digits, hyphens, underscores and at least one dot. */
export function templateDotted(segment: string, place: SegmentPlace): string {
  const n = segment.length;
  if (segment.startsWith('.')) return templateHidden(segment);
  if (n > 40 && segment.startsWith('eyJ')) return P.token;
  if (segment.endsWith('.')) return P.text;
  const numeric = templateNumeric(segment, place);
  if (numeric !== undefined) return numeric;

  const labels = segment.split('.');
  const ending = (labels.at(-1) ?? '').toLowerCase();
  // API groups of Kubernetes are words: `/apis/networking.k8s.io/v1`
  if (place.previous !== 'apis') {
    if (TOP_LEVEL.has(ending) || (labels.length >= 3 && REVERSE.has(labels[0] ?? ''))) return P.domain;
  }
  if (FILE_ENDINGS.has(ending)) return templateFile(segment, labels, place);
  if (n > WORD_MAX) return P.token;
  return labels.some((label) => isParameter(label, place)) ? P.id : segment;
}

/** `{id}.json`; the name stays when it is words (`index.html`, `jquery.min.js`). */
function templateFile(segment: string, labels: readonly string[], place: SegmentPlace): string {
  const names = labels.slice(0, -1);
  const first = names[0] ?? '';
  // the ending is the product's, not the caller's, only as long as it is a known one
  const ending = segment.slice(segment.lastIndexOf('.'));
  if (names.length === 1) {
    const name = templatePlain(first, place);
    // `README.md`: capitals in a file name are no code
    return name === first || name === P.code ? (segment.length > WORD_MAX ? P.text : segment) : name + ending;
  }
  if (names.some((name) => isParameter(name, place))) return P.id + ending;
  return segment.length > WORD_MAX ? P.text : segment;
}

function isParameter(label: string, place: SegmentPlace): boolean {
  if (label === '') return false;
  if (isDigits(label)) return label.length >= 3;
  const template = templatePlain(label, place);
  return template !== label && template !== P.code;
}

/** `.well-known`; dots alone are an attempt to climb, not a name. */
function templateHidden(segment: string): string {
  return segment.length <= WORD_MAX && /^\.[A-Za-z][A-Za-z_-]*(?:\.[A-Za-z]+)?$/.test(segment)
    ? segment
    : P.text;
}

/** Versions and decimal numbers. `v1.1` is a word; `1.1` is one where a version stands; `4.17.21` is a value. */
function templateNumeric(segment: string, place: SegmentPlace): string | undefined {
  const hasV = (segment.charCodeAt(0) | 32) === 118;
  const start = hasV || segment.startsWith('-') ? 1 : 0;
  let dots = 0;
  let i = start;
  for (; i < segment.length; i++) {
    const c = segment.charCodeAt(i);
    if (c === 46) dots++;
    else if (c < 48 || c > 57) break;
  }
  if (dots === 0 || i === start || segment.charCodeAt(start) === 46) return undefined;
  const isBare = i === segment.length;
  if (!isBare && segment.charCodeAt(i) !== 45) return undefined;
  if (hasV) {
    const isShort = isBare && segment.length <= 6 && dots === 1;
    return isShort || (segment.length <= 16 && isVersionPlace(place)) ? segment : P.version;
  }
  if (dots >= 2 || !isBare) return dots >= 1 && start === 0 ? P.version : undefined;
  if (start !== 0) return P.number;
  // `/data/2.5/…`: two single digits near the root, which no coordinate or amount has for long
  const isVersion = segment.length === 3 && place.index <= 2 && !place.last;
  return isVersion || (segment.length <= 5 && isVersionPlace(place)) ? segment : P.number;
}
