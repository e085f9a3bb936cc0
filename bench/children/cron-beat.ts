import {schedule} from 'node-cron';

// How late node-cron is for each second, when its process has nothing else to do.
schedule('* * * * * *', () => {
	console.log(Date.now() % 1000);
});
