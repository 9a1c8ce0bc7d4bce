/**
 * The SDK tells users of Node 20 to upgrade, with the first client of every command; nothing here depends on it. Called
 * before a client is made.
 */
export function quietSdk(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
}
