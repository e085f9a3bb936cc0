import {type MessageName} from './message.js';
import {type Settings} from './settings.js';

/** Whether clients hear of that at all: by our own mail, or by the billing system's. */
export const isWritten = ({mail, whmcs}: Pick<Settings, 'mail' | 'whmcs'>, name: MessageName): boolean => mail !== null || whmcs?.emails[name] !== undefined;
