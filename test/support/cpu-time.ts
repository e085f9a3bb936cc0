/** What this process has had of the processor, in ms: unlike the clock it does not count what other processes take. */
export const cpuMs = (): number => {
	const {user, system} = process.cpuUsage();
	return (user + system) / 1000;
};
