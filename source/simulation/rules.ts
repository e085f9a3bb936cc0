import {type Format} from './formats.js';
import {type Rule, type Rules} from './verify.js';

type More = Omit<Rule, 'type' | 'format' | 'enum'>;

export const text = (more: More = {}): Rule => ({type: 'string', ...more});
export const boolean = (more: More = {}): Rule => ({type: 'boolean', ...more});
export const integer = (minimum?: number, maximum?: number, more: More = {}): Rule => ({
	type: 'integer', minimum, maximum, ...more,
});
export const number = (minimum?: number, maximum?: number, more: More = {}): Rule => ({
	type: 'number', minimum, maximum, ...more,
});
export const oneOf = (words: string, more: More = {}): Rule => ({type: 'string', enum: words.split(' '), ...more});
export const format = (name: Format, more: More = {}): Rule => ({type: 'string', format: name, ...more});
export const listOf = (name: Format, more: More = {}): Rule => ({
	type: 'string', format: name, list: true, ...more,
});
export const properties = (keys: Rules, more: More = {}): Rule => ({type: 'string', keys, ...more});
export const required = (rule: Rule): Rule => ({...rule, required: true});

/** A VMID as a parameter: its number is checked too. */
export const vmid: Rule = {
	type: 'integer', format: 'vmid', minimum: 100, maximum: 999_999_999,
};

/** The parameters that a path under a node has. */
export const onNode: Rules = {node: required(format('node'))};

/** The parameters that a path under a VM has. */
export const onVm: Rules = {...onNode, vmid: required(vmid)};

/** A digest that guards a write. */
export const digest: Rule = text({maxLength: 40});

export const longDigest: Rule = text({maxLength: 64});

/** The name of a snapshot. */
export const snapshotName: Rule = format('configid', {maxLength: 40});

export const timeframe: Rule = required(oneOf('hour day week month year'));

export const consolidation: Rule = oneOf('AVERAGE MAX');

/** How many backups are kept, as a property string. */
export const retention: Rule = properties({
	'keep-all': boolean(), 'keep-last': integer(0), 'keep-hourly': integer(0), 'keep-daily': integer(0), 'keep-weekly': integer(0), 'keep-monthly': integer(0), 'keep-yearly': integer(0),
});
