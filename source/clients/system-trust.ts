import tls from 'node:tls';

/** Node's own authorities and the system's, parsed once: a connection that gets the list as text reads some hundred certificates again. */
export const systemTrust = (): tls.SecureContext =>
	tls.createSecureContext({ca: [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])]});
