import {
	destroys,
	looks,
	writes,
	type Verb,
} from './verb.js';

/** Verbs of staged installs and their hosting accounts. */
export const siteVerbs = [
	{
		name: 'install add', usage: '[--file F|-]', summary: 'order a site, one JSON object; its hosting account is made at once', ...writes,
	},
	{
		name: 'install list', usage: '[--state S]', summary: 'staged installs', ...looks,
	},
	{
		name: 'install show', usage: 'ID', summary: 'everything about an install', ...looks, key: 'enter',
	},
	{
		name: 'install log', usage: 'ID', summary: 'an install\'s steps, with what the panel said', ...looks,
	},
	{
		name: 'install drop', usage: 'ID', summary: 'take an install out of the queue, a running one at its next step\'s border', ...writes, key: 'd',
	},
	{
		name: 'install undrop', usage: 'ID', summary: 'take a dropped install back', ...writes, key: 'u',
	},
	{
		name: 'install retry', usage: 'ID', summary: 'try a failed install again', ...writes, key: 't',
	},
	{
		name: 'install reinstall', usage: 'REF', summary: 'make a site anew: the old one is archived, then goes; the account stays', ...writes,
	},
	{
		name: 'account suspend', usage: 'REF', summary: 'let nobody reach the sites of an install\'s account', ...writes,
	},
	{
		name: 'account unsuspend', usage: 'REF', summary: 'let them be reached again', ...writes,
	},
	{
		name: 'account terminate', usage: 'REF', summary: 'end an install\'s account with everything on it', ...destroys,
	},
	{
		name: 'account package', usage: 'REF [P] [--plan=P]', summary: 'give an account another of the panel\'s plans', ...writes,
	},
] as const satisfies readonly Verb[];
