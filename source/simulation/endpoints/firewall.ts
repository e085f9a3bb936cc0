import {
	assertQuorum,
	isSet,
	partsOf,
	vmOf,
	type Call,
	type Endpoint,
} from '../endpoint.js';
import {refuse, refuseParameters} from '../refusal.js';
import {
	boolean,
	format,
	integer,
	listOf,
	longDigest,
	onVm,
	oneOf,
	required,
	text,
} from '../rules.js';
import {type Rules} from '../verify.js';
import {sha1} from '../vms.js';
import {
	isQuorate,
	type FirewallRule,
	type Ipset,
	type Vm,
} from '../world.js';

const numeric = new Set(['enable', 'dhcp', 'ipfilter', 'macfilter', 'ndp', 'radv']);
const levels = 'emerg alert crit err warning notice info debug nolog';
const policies = 'ACCEPT REJECT DROP';
const ipsetName = text({minLength: 2, maxLength: 64, pattern: /^[a-z][\w-]+$/i});
const word = text({minLength: 2, maxLength: 20, pattern: /^[a-z][\w-]+$/i});

// Nothing in it has the digest of an empty file.
const digestOf = (content: unknown, isEmpty: boolean) => sha1(isEmpty ? '' : JSON.stringify(content));

const optionsDigest = (vm: Vm) => digestOf(vm.firewall.options, Object.keys(vm.firewall.options).length === 0);
const rulesDigest = (vm: Vm) => digestOf(vm.firewall.rules, vm.firewall.rules.length === 0);
const ipsetDigest = (ipset: Ipset) => digestOf(ipset, false);

// The file of a VM, wherever it runs, behind one lock of the cluster.
const toWrite = (call: Call): Vm => {
	const vm = vmOf(call);
	assertQuorum(isQuorate(call.world), `cfs-lock 'firewall-vm-${vm.vmid}' error: no quorum!`);
	return vm;
};

const assertDigest = (given: string | undefined, actual: string) => {
	if (given !== undefined && given !== actual) {
		refuse('detected modified configuration - file changed by other user? Try again.');
	}
};

const typed = (values: Readonly<Record<string, string>>): FirewallRule => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, numeric.has(name) ? Number(value) : value]));

const putOptions = (call: Call) => {
	const vm = toWrite(call);
	const {node, vmid, delete: gone, digest, ...given} = call.parameters;
	assertDigest(digest, optionsDigest(vm));
	vm.firewall.options = {...vm.firewall.options, ...typed(given)};
	for (const name of partsOf(gone)) {
		Reflect.deleteProperty(vm.firewall.options, name);
	}

	return null;
};

const ipsetOf = (vm: Vm, name: string): Ipset => vm.firewall.ipsets.find(ipset => ipset.name === name) ?? refuse(`no such IPSet '${name}'`);

const createIpset = (call: Call) => {
	const vm = toWrite(call);
	const {name = '', comment, rename} = call.parameters;
	if (rename !== undefined) {
		const index = vm.firewall.ipsets.findIndex(ipset => ipset.name === rename);
		vm.firewall.ipsets[index === -1 ? refuse(`IPSet '${rename}' does not exist`) : index] = {...ipsetOf(vm, rename), name, ...(comment !== undefined && {comment})};
		return null;
	}

	if (vm.firewall.ipsets.some(ipset => ipset.name === name)) {
		refuseParameters({name: `IPSet '${name}' already exists`});
	}

	vm.firewall.ipsets.push({name, ...(comment !== undefined && {comment}), members: []});
	return null;
};

const deleteIpset = (call: Call) => {
	const vm = toWrite(call);
	const ipset = ipsetOf(vm, call.parameters.name!);
	if (ipset.members.length > 0 && !isSet(call.parameters.force)) {
		refuse(`IPSet '${ipset.name}' is not empty`);
	}

	vm.firewall.ipsets = vm.firewall.ipsets.filter(other => other !== ipset);
	return null;
};

const addMember = (call: Call) => {
	const ipset = ipsetOf(toWrite(call), call.parameters.name!);
	const {cidr = '', comment, nomatch} = call.parameters;
	if (ipset.members.some(member => member.cidr === cidr)) {
		refuseParameters({cidr: `address '${cidr}' already exists`});
	}

	ipset.members.unshift({cidr, ...(comment !== undefined && {comment}), ...(isSet(nomatch) && {nomatch: 1})});
	return null;
};

const memberOf = (ipset: Ipset, cidr: string) => ipset.members.find(member => member.cidr === cidr) ?? refuse('no such IP/Network');

const changeMember = (call: Call) => {
	const ipset = ipsetOf(toWrite(call), call.parameters.name!);
	const {cidr = '', comment, nomatch, digest} = call.parameters;
	assertDigest(digest, ipsetDigest(ipset));
	Object.assign(memberOf(ipset, cidr), comment === undefined ? {} : {comment}, nomatch === undefined ? {} : {nomatch: Number(nomatch)});
	return null;
};

const deleteMember = (call: Call) => {
	const ipset = ipsetOf(toWrite(call), call.parameters.name!);
	assertDigest(call.parameters.digest, ipsetDigest(ipset));
	ipset.members.splice(ipset.members.indexOf(memberOf(ipset, call.parameters.cidr!)), 1);
	return null;
};

const rulesOf = (vm: Vm) => vm.firewall.rules.map((rule, pos) => ({...rule, pos, digest: rulesDigest(vm)}));

const ruleAt = (vm: Vm, pos: string | undefined) => vm.firewall.rules[Number(pos)] === undefined ? refuse(`no rule at position ${pos}`) : Number(pos);

// A new rule is always the first, whatever `pos` says.
const addRule = (call: Call) => {
	const vm = toWrite(call);
	const {node, vmid, pos, digest, ...rule} = call.parameters;
	assertDigest(digest, rulesDigest(vm));
	assertPorts(rule);
	vm.firewall.rules.unshift(typed(rule));
	return null;
};

const assertPorts = (rule: Readonly<Record<string, unknown>>) => {
	for (const port of ['dport', 'sport']) {
		if (rule[port] !== undefined && rule.proto === undefined && rule.macro === undefined) {
			refuseParameters({proto: `missing property - '${port}' requires this property`});
		}
	}
};

const changeRule = (call: Call) => {
	const vm = toWrite(call);
	const {node, vmid, pos, digest, moveto, delete: gone, ...changes} = call.parameters;
	assertDigest(digest, rulesDigest(vm));
	const index = ruleAt(vm, pos);
	if (moveto !== undefined) {
		const [rule] = vm.firewall.rules.splice(index, 1);
		vm.firewall.rules.splice(Number(moveto) > index ? Number(moveto) - 1 : Number(moveto), 0, rule!);
		return null;
	}

	const rule = {...vm.firewall.rules[index], ...typed(changes)};
	for (const name of partsOf(gone)) {
		Reflect.deleteProperty(rule, name);
	}

	assertPorts(rule);
	vm.firewall.rules[index] = rule;
	return null;
};

const deleteRule = (call: Call) => {
	const vm = toWrite(call);
	assertDigest(call.parameters.digest, rulesDigest(vm));
	vm.firewall.rules.splice(ruleAt(vm, call.parameters.pos), 1);
	return null;
};

const ruleRules: Rules = {
	...onVm, action: word, comment: text(), dest: format('address-spec', {maxLength: 512}), digest: longDigest, dport: format('port-spec'),
	enable: integer(0), 'icmp-type': text(), iface: text({minLength: 2, maxLength: 20}),
	log: oneOf(levels), macro: text({maxLength: 128}), pos: integer(0), proto: text(), source: format('address-spec', {maxLength: 512}),
	sport: format('port-spec'), type: oneOf('in out forward group'),
};
const optionRules: Rules = {
	...onVm, delete: listOf('configid'), dhcp: boolean(), digest: longDigest, enable: boolean(), ipfilter: boolean(), log_level_in: oneOf(levels),
	log_level_out: oneOf(levels), macfilter: boolean(), ndp: boolean(), policy_in: oneOf(policies), policy_out: oneOf(policies), radv: boolean(),
};
const onSet: Rules = {...onVm, name: required(ipsetName)};
const onMember: Rules = {...onSet, cidr: required(format('ip-or-alias'))};
const base = '/nodes/{node}/qemu/{vmid}/firewall';
const reads = (path: string, rules: Rules, run: Endpoint['run'], isForwarded = false): Endpoint => ({
	method: 'GET', path: `${base}${path}`, privilege: ['/vms/{vmid}', 'VM.Audit'], rules, run, isForwarded,
});
const writes = (method: 'POST' | 'PUT' | 'DELETE', path: string, rules: Rules, run: Endpoint['run'], isForwarded = false): Endpoint => ({
	method, path: `${base}${path}`, privilege: ['/vms/{vmid}', 'VM.Config.Network'], rules, run, isForwarded,
});

/** A VM's firewall. Any node serves it, but for the options, which the VM's own node serves. */
export const firewallEndpoints: readonly Endpoint[] = [
	reads('/options', onVm, call => ({...vmOf(call).firewall.options, digest: optionsDigest(vmOf(call))}), true),
	writes('PUT', '/options', optionRules, putOptions, true),
	reads('/ipset', onVm, call => vmOf(call).firewall.ipsets.map(ipset => ({name: ipset.name, ...(ipset.comment !== undefined && {comment: ipset.comment}), digest: ipsetDigest(ipset)}))),
	writes('POST', '/ipset', {
		...onSet, comment: text(), digest: longDigest, rename: ipsetName,
	}, createIpset),
	reads('/ipset/{name}', onSet, call => {
		const ipset = ipsetOf(vmOf(call), call.parameters.name!);
		return ipset.members.map(member => ({...member, digest: ipsetDigest(ipset)}));
	}),
	writes('POST', '/ipset/{name}', {...onMember, comment: text(), nomatch: boolean()}, addMember),
	writes('DELETE', '/ipset/{name}', {...onSet, force: boolean()}, deleteIpset),
	reads('/ipset/{name}/{cidr}', onMember, call => ({...memberOf(ipsetOf(vmOf(call), call.parameters.name!), call.parameters.cidr!)})),
	writes('PUT', '/ipset/{name}/{cidr}', {
		...onMember, comment: text(), nomatch: boolean(), digest: longDigest,
	}, changeMember),
	writes('DELETE', '/ipset/{name}/{cidr}', {...onMember, digest: longDigest}, deleteMember),
	reads('/rules', onVm, call => rulesOf(vmOf(call))),
	writes('POST', '/rules', {...ruleRules, action: required(word), type: required(oneOf('in out forward group'))}, addRule),
	reads('/rules/{pos}', {...onVm, pos: integer(0)}, call => rulesOf(vmOf(call))[ruleAt(vmOf(call), call.parameters.pos)]),
	writes('PUT', '/rules/{pos}', {...ruleRules, moveto: integer(0), delete: listOf('configid')}, changeRule),
	writes('DELETE', '/rules/{pos}', {...onVm, pos: integer(0), digest: longDigest}, deleteRule),
	reads('/refs', {...onVm, type: oneOf('alias ipset')}, call => vmOf(call).firewall.ipsets.map(({name, comment}) => ({
		type: 'ipset', scope: 'guest', name, ref: `+${name}`, ...(comment !== undefined && {comment}),
	}))),
];
