import type { LabelledPath } from './templating-score.js';

export interface LabelledCall extends LabelledPath {
  readonly method: string;
}

/** What one API's callers sent in a day, each path with the template that its documentation gives. */
export interface ApiFamily {
  readonly name: string;
  readonly calls: readonly LabelledCall[];
}

const PEOPLE =
  `octocat torvalds mojombo defunkt pjhyett wycats ezmobius ivey evanphx vanpelt wayneeseguin brynary
kevinclark technoweenie macournoyer takeo caged topfunky anotherjesse roland lukas fanvsfan tomtt railsjitsu`.split(
    /\s+/,
  );
const THINGS =
  `hello-world linux kernel rails jekyll dotfiles spoon-knife boysenberry git-consortium octo-app parser
website homebrew scheduler compiler notebook atlas lantern harbor compass`.split(/\s+/);
const SPACES =
  `default kube-system kube-public monitoring checkout staging ingress-nginx cert-manager argocd vault
payments-prod payments-dev frontend backend`.split(/\s+/);
const WORKLOADS =
  `web api-gateway worker redis postgres grafana prometheus frontend cart-service mailer billing-cron
loki tempo otel-collector`.split(/\s+/);
const COUNTRIES =
  `germany france spain italy austria poland norway sweden denmark finland ireland portugal greece
hungary romania iceland`.split(/\s+/);

const at = (list: readonly string[], i: number): string => list[i % list.length] ?? '';

/** Expands `{x}` with values that differ from call to call; what is in braces is the parameter. */
function family(
  name: string,
  templates: readonly string[],
  values: Readonly<Record<string, (i: number) => string>>,
  times: number,
): ApiFamily {
  const calls = templates.flatMap((line, row) => {
    const [method = 'GET', template = '/'] = line.split(' ');
    const isFixed = !template.includes('{');
    return Array.from({ length: isFixed ? 1 : times }, (_, i) => ({
      method,
      template,
      path: template.replace(/\{([a-z]+)\}/g, (_whole, key: string) => values[key]?.(i + row * 3) ?? key),
    }));
  });
  return { name, calls };
}

export const API_FAMILIES: readonly ApiFamily[] = [
  family(
    'code hosting',
    [
      'GET /repos/{owner}/{repo}',
      'GET /repos/{owner}/{repo}/issues',
      'GET /repos/{owner}/{repo}/issues/{number}',
      'GET /repos/{owner}/{repo}/issues/{number}/comments',
      'GET /repos/{owner}/{repo}/pulls',
      'GET /repos/{owner}/{repo}/commits/{sha}',
      'GET /repos/{owner}/{repo}/contents/README.md',
      'GET /users/{owner}',
      'GET /users/{owner}/repos',
      'GET /users/{owner}/followers',
      'GET /orgs/{owner}/members',
      'GET /orgs/{owner}/teams',
      'GET /user',
      'GET /user/repos',
      'GET /search/repositories',
      'GET /search/code',
      'GET /rate_limit',
      'GET /emojis',
      'GET /gitignore/templates',
      'GET /licenses',
    ],
    {
      owner: (i) => at(PEOPLE, i),
      repo: (i) => at(THINGS, i * 3),
      number: (i) => String(i * 31 + 1),
      sha: (i) => `${i}7638417db6d59f3c431d3e1f261cc637155684cd`.slice(0, 40),
    },
    12,
  ),
  family(
    'cluster',
    [
      'GET /api/v1/namespaces',
      'GET /api/v1/namespaces/{space}',
      'GET /api/v1/namespaces/{space}/pods',
      'GET /api/v1/namespaces/{space}/pods/{pod}',
      'GET /api/v1/namespaces/{space}/pods/{pod}/log',
      'GET /api/v1/namespaces/{space}/services/{work}',
      'GET /api/v1/namespaces/{space}/configmaps',
      'GET /apis/apps/v1/namespaces/{space}/deployments',
      'GET /apis/apps/v1/namespaces/{space}/deployments/{work}',
      'PUT /apis/apps/v1/namespaces/{space}/deployments/{work}/scale',
      'GET /apis/networking.k8s.io/v1/namespaces/{space}/ingresses',
      'GET /api/v1/nodes',
      'GET /apis',
      'GET /version',
      'GET /healthz',
    ],
    {
      space: (i) => at(SPACES, i),
      work: (i) => at(WORKLOADS, i * 5),
      pod: (i) => `${at(WORKLOADS, i)}-7f9c${i}d5b8-x${i}k2p`,
    },
    12,
  ),
  family(
    'shop by tenant',
    [
      'GET /{tenant}/products',
      'GET /{tenant}/products/{sku}',
      'GET /{tenant}/orders',
      'POST /{tenant}/orders',
      'GET /{tenant}/orders/{id}',
      'GET /{tenant}/carts/{uuid}/lines',
    ],
    {
      tenant: (i) => `${at(THINGS, i)}-store`,
      sku: (i) => `SKU-${1000 + i}`,
      id: (i) => String(90_000 + i),
      uuid: (i) => `550e8400-e29b-41d4-a716-4466554400${String(i % 90).padStart(2, '1')}`.slice(0, 36),
    },
    16,
  ),
  family(
    'back office',
    [
      'GET /api/v2/users',
      'POST /api/v2/users',
      'GET /api/v2/users/me',
      'GET /api/v2/users/{id}',
      'PATCH /api/v2/users/{id}',
      'GET /api/v2/users/{id}/permissions',
      'GET /api/v2/orders/pending',
      'GET /api/v2/orders/{id}',
      'POST /api/v2/orders/{id}/refund',
      'GET /api/v2/orders/{id}/items/{item}',
      'GET /api/v2/reports/sales/{date}',
      'GET /api/v2/reports/inventory/{date}',
      'GET /api/v2/settings/notifications',
      'GET /api/v2/settings/branding',
      'GET /api/v2/invoices/{invoice}/pdf',
      'POST /api/v2/auth/login',
      'POST /api/v2/auth/forgot-password',
      'GET /api/v2/dashboard/widgets',
    ],
    {
      id: (i) => String(i + 1),
      item: (i) => String(i % 5),
      date: (i) => `2024-03-${String((i % 28) + 1).padStart(2, '0')}`,
      invoice: (i) => `INV-${i}`,
    },
    10,
  ),
  family(
    'travel content',
    [
      'GET /countries',
      'GET /countries/{country}',
      'GET /countries/{country}/cities',
      'GET /guides/{guide}',
      'GET /hotels/{hotel}/rooms/{room}',
      'GET /hotels/{hotel}/reviews',
      'GET /about',
      'GET /contact',
    ],
    {
      country: (i) => at(COUNTRIES, i),
      guide: (i) => `${at(COUNTRIES, i)}-by-train`,
      hotel: (i) => `hotel-${at(COUNTRIES, i * 3)}`,
      room: (i) => String(100 + i),
    },
    14,
  ),
  family(
    'payments',
    [
      'GET /v1/customers/{cus}',
      'POST /v1/customers/{cus}/sources',
      'GET /v1/charges/{ch}',
      'POST /v1/charges/{ch}/refund',
      'GET /v1/accounts/{acct}/persons',
      'GET /v1/balance',
      'GET /v1/balance/history',
      'POST /v1/tokens',
      'GET /v1/events',
      'GET /v1/exchange_rates/{code}',
    ],
    {
      cus: (i) => `cus_9s6XKz${i}NRiz8i3`,
      ch: (i) => `ch_3MmlLr${i}LkdIwHu7ix0snN0B15`,
      acct: (i) => `acct_1032D8${i}2eZvKYlo2C`,
      code: (i) => at(['EUR', 'USD', 'CHF', 'JPY'], i),
    },
    10,
  ),
  family(
    'remote procedures',
    [
      ...'createUser deleteUser getUser listUsers resetPassword createOrder getOrder listOrders cancelOrder getInvoice listInvoices sendInvoice'.split(
        ' ',
      ),
    ].map((verb) => `POST /rpc/${verb}`),
    {},
    1,
  ),
];
