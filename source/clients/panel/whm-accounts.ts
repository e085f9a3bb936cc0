import * as z from 'zod';
import {type PanelRequest} from '../../domain/panel.js';
import {flag} from './whm-replies.js';
import {dataOf, type WhmSession} from './whm-session.js';

const row = z.object({
	user: z.string(), domain: z.string(), plan: z.string().nullish(), suspended: flag,
});
const summary = z.object({acct: z.array(row)});

export type WhmAccount = z.infer<typeof row>;

type Account = PanelRequest['account'];

const isAbsence = /does not exist|do(?:es)? not have a user named|no such (?:user|account)/i;

/** Undefined: the panel has no account of that name (that we may see). */
export const findAccount = async (session: WhmSession, name: string): Promise<WhmAccount | undefined> => {
	const reply = await session.look({name: 'accountsummary', parameters: {user: name}, schema: summary});
	return reply.refusal && isAbsence.test(reply.refusal.message) ? undefined : dataOf(reply).acct.find(({user}) => user === name);
};

/** The order's account: one of that name with another domain is somebody else's, and nothing of it is touched. */
export const findOwnAccount = async (session: WhmSession, {name, domain}: Account): Promise<WhmAccount | undefined> => {
	const found = await findAccount(session, name);
	if (found && found.domain.toLowerCase() !== domain.toLowerCase()) {
		throw session.refuse(`the account ${name} is there already, for ${found.domain}: choose another name`);
	}

	return found;
};

/** The same where it must be there. */
export const getOwnAccount = async (session: WhmSession, account: Account): Promise<WhmAccount> => {
	const found = await findOwnAccount(session, account);
	if (!found) {
		throw session.refuse(`there is no account ${account.name} on the panel`);
	}

	return found;
};

const nothing = z.unknown();

/** `createacct` makes two of one order where it is asked twice: so it looks before, and again where it is refused. */
export const createAccount = async (session: WhmSession, {account}: PanelRequest, createPassword: () => string): Promise<readonly string[]> => {
	if (await findOwnAccount(session, account)) {
		return [];
	}

	const {name, domain, plan, email} = account;
	const {refusal} = await session.change({
		name: 'createacct',
		parameters: {
			username: name, domain, contactemail: email, password: createPassword(), showpass: 'n', ip: 'n', ...(plan !== null && {plan}),
		},
		schema: nothing,
	});
	if (refusal && !await findOwnAccount(session, account)) {
		throw refusal;
	}

	return refusal ? [] : ['account'];
};

/** `suspend` and `unsuspend`. */
export const suspendAccount = async (session: WhmSession, {account}: PanelRequest, isSuspended: boolean): Promise<readonly string[]> => {
	const {suspended} = await getOwnAccount(session, account);
	if (suspended === isSuspended) {
		return [];
	}

	dataOf(await session.change({
		name: isSuspended ? 'suspendacct' : 'unsuspendacct',
		parameters: {user: account.name, ...(isSuspended && {reason: 'suspended by cronsole'})},
		schema: nothing,
	}));
	return ['account'];
};

/** Files, databases, mail and zone of the account go. */
export const removeAccount = async (session: WhmSession, {account}: PanelRequest): Promise<readonly string[]> => {
	if (!await findOwnAccount(session, account)) {
		return [];
	}

	dataOf(await session.change({name: 'removeacct', parameters: {username: account.name, keepdns: '0'}, schema: nothing}));
	return ['account'];
};

export const changePlan = async (session: WhmSession, {account}: PanelRequest): Promise<readonly string[]> => {
	if (account.plan === null) {
		throw session.refuse('no plan was named: which package is the account to have?');
	}

	const {plan} = await getOwnAccount(session, account);
	if (plan === account.plan) {
		return [];
	}

	dataOf(await session.change({name: 'changepackage', parameters: {user: account.name, pkg: account.plan}, schema: nothing}));
	return ['package'];
};
