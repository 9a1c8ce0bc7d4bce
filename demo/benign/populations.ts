import { parsePlans } from './parse-plans.js';
import type { Population } from './population.js';

/** Who uses the estate on an ordinary day. The shares add up to 1, together with the sockets. */
export const POPULATIONS: readonly Population[] = [
  {
    name: 'shoppers',
    api: 'storefront',
    users: 6000,
    client: 'browser',
    share: 0.26,
    rhythm: 'consumer',
    plans: parsePlans(`
      5: GET /products 1-4 6000, GET /products/{productId} 1-6 15000, GET /products/{productId}/reviews 0-2 9000, GET /search 0-3 8000
      3: POST /auth/login 1 12000, GET /users/me 1 300, GET /products/{productId} 1-5 14000, POST /carts 1 700, POST /carts/{cartId}/items 1-3 9000, GET /carts/{cartId} 1-2 4000, DELETE /carts/{cartId}/items/{itemId} 0-1 5000, POST /orders 0-1 20000
      2: POST /auth/refresh 1 500, GET /orders 1 2000, GET /orders/{orderId} 1-4 6000, PATCH /users/me 0-1 15000, POST /products/{productId}/reviews 0-1 30000
    `),
  },
  {
    name: 'app-users',
    api: 'mobile-bff',
    users: 9000,
    client: 'phone',
    share: 0.25,
    rhythm: 'consumer',
    plans: parsePlans(`
      6: GET /v2/home 1 900, GET /v2/feed 1-4 8000, GET /v2/products/{productId} 0-4 11000, GET /v2/loyalty/points 0-1 2500
      3: POST /v2/auth/refresh 1 300, GET /v2/home 1 700, GET /v2/orders 1 3000, GET /v2/orders/{orderId} 1-2 5000, GET /v2/orders/{orderId}/tracking 0-3 20000
      1: PUT /v2/devices/{deviceId}/push-token 1 400, GET /v2/messages 1 1500, POST /v2/messages/{messageId}/read 0-3 4000
    `),
  },
  {
    name: 'logins',
    api: 'identity',
    users: 9000,
    client: 'browser',
    share: 0.06,
    rhythm: 'consumer',
    plans: parsePlans(`
      6: POST /login 1 1200, POST /mfa/verify 0-1 9000, GET /session 1-2 3000
      3: POST /oauth/token 1 1000
      # Someone who has forgotten: a few failures, then a reset.
      0.4: POST /login 2-4 12000, POST /password/reset 1 60000, POST /login 1 5000
      1: GET /.well-known/jwks.json 1 1000
    `),
  },
  {
    name: 'ledger-services',
    api: 'billing',
    users: 8,
    client: 'service',
    share: 0.07,
    rhythm: 'office',
    plans: parsePlans(`
      3: GET /customers/{customerId}/balance 1-3 150, POST /invoices 1 120, GET /invoices/{invoiceId} 1-2 100
      1: GET /invoices 1-3 200, PUT /invoices/{invoiceId}/status 1-4 180, GET /invoices/{invoiceId}/pdf 0-1 300
      1: POST /customers/{customerId}/payments 1-2 250
    `),
  },
  {
    name: 'staff',
    api: 'admin',
    users: 60,
    client: 'browser',
    share: 0.03,
    rhythm: 'office',
    plans: parsePlans(`
      5: GET /users 1-2 9000, GET /users/{userId} 1-4 20000, PATCH /users/{userId} 0-1 30000
      1: GET /roles 1 5000, PUT /users/{userId}/roles/{roleId} 1-2 15000, GET /flags/{flag} 0-2 4000
      1: GET /reports/daily 1 5000
    `),
  },
  {
    name: 'partners',
    api: 'partner',
    users: 24,
    client: 'partner',
    share: 0.08,
    rhythm: 'office',
    plans: parsePlans(`
      4: GET /shipments 1 300, GET /shipments/{shipmentId} 1-5 400, GET /shipments/{shipmentId}/events 0-2 400
      2: POST /quotes 1-2 500, GET /quotes/{quoteId} 1-2 900, POST /shipments 0-1 800
      2: GET /stock 1 300, GET /stock/{sku} 1-4 350
    `),
  },
  {
    name: 'supplier-systems',
    api: 'suppliers',
    users: 15,
    client: 'partner',
    share: 0.04,
    rhythm: 'office',
    plans: parsePlans(`
      1: GET /purchases 1-2 600, GET /purchases/{purchaseId} 1-4 500, POST /purchases/{purchaseId}/confirmations 0-2 700, GET /suppliers/{supplierId} 0-1 500
    `),
  },
  {
    name: 'scales-and-gates',
    api: 'devices',
    users: 400,
    client: 'device',
    share: 0.08,
    rhythm: 'machine',
    plans: parsePlans(`
      12: POST /devices/{deviceId}/telemetry 1-3 2000
      1: GET /devices/{deviceId}/config 1 500
      0.3: POST /devices/{deviceId}/alerts 1 500
    `),
  },
  {
    name: 'visitors',
    api: 'catalog',
    users: 12_000,
    client: 'browser',
    share: 0.06,
    rhythm: 'consumer',
    plans: parsePlans(`
      4: GET /categories/{category} 1-2 7000, GET /items/{item} 1-4 14000, GET /items/{item}/similar 0-1 3000
      2: GET /search 1-3 9000, GET /items/{item} 0-3 12000
    `),
  },
  {
    name: 'map-users',
    api: 'locations',
    users: 8000,
    client: 'phone',
    share: 0.03,
    rhythm: 'consumer',
    plans: parsePlans(`
      1: GET /stores 1 3000, GET /stores/{storeId} 1-2 6000, GET /stores/{storeId}/hours 0-1 4000, GET /geocode 0-1 2000
    `),
  },
  {
    name: 'document-users',
    api: 'files',
    users: 700,
    client: 'browser',
    share: 0.02,
    rhythm: 'office',
    plans: parsePlans(`
      1: GET /files/{folder} 1-2 5000, GET /files/{folder}/{file} 1-4 12000, PUT /files/{folder}/{file} 0-1 20000
    `),
  },
  {
    name: 'old-integrations',
    api: 'legacy',
    users: 90,
    client: 'partner',
    share: 0.02,
    rhythm: 'office',
    plans: parsePlans(`
      3: POST /api/login 1 400, GET /customers/{customer} 1-2 700, GET /customers/{customer}/orders 1 700, GET /orders/{order} 0-3 600
      1: GET /api/v1/stock 1-2 900
      1: POST /orders 1 700
    `),
  },
];
