<?php
declare(strict_types=1);

/**
 * What `wp core install` does, from JSON on standard input. WordPress itself is loaded from the operator's copy, never from
 * the site's: there its customer may have put anything. Only the site's wp-config.php, which he cannot write, is read.
 */
$asked = json_decode(stream_get_contents(STDIN), true, 4, JSON_THROW_ON_ERROR);

// WordPress prints what it likes; nothing of it belongs into the answer.
ob_start(static fn (): string => '');
define('ABSPATH', "{$asked['source']}/");
define('WP_INSTALLING', true);
define('WP_SITEURL', $asked['url']);
define('WP_HOME', $asked['url']);
define('DISABLE_WP_CRON', true);
$_SERVER = [
	...$_SERVER, 'HTTP_HOST' => $asked['domain'], 'SERVER_NAME' => $asked['domain'], 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET',
	'SERVER_PROTOCOL' => 'HTTP/1.1', 'REMOTE_ADDR' => '127.0.0.1',
];

chdir($asked['source']);
require $asked['config'];
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

// cronsole sends the welcome, once the site answers; and nothing here may wait for the network.
add_filter('pre_wp_mail', '__return_false');
add_filter('pre_http_request', static fn () => new WP_Error('off', 'No network during the installation'));

$changed = [];
if ($asked['isNew']) {
	wp_install($asked['title'], $asked['user'], $asked['email'], true, '', $asked['password'], $asked['locale']);
	$changed[] = 'installed';
}

// WP_SITEURL and WP_HOME hide what is stored: the database is asked.
foreach (['siteurl' => $asked['url'], 'home' => $asked['url']] as $name => $value) {
	if ($wpdb->get_var($wpdb->prepare("select option_value from {$wpdb->options} where option_name = %s", $name)) !== $value) {
		$wpdb->update($wpdb->options, ['option_value' => $value], ['option_name' => $name]);
		$changed[] = $name;
	}
}

$user = get_user_by('login', $asked['user']);
if ($user !== false && !wp_check_password($asked['password'], $user->user_pass, $user->ID)) {
	wp_set_password($asked['password'], $user->ID);
	$changed[] = 'password';
	$user = get_user_by('login', $asked['user']);
}

$error = match (true) {
	$wpdb->last_error !== '' => "WordPress: {$wpdb->last_error}",
	$user === false || !user_can($user, 'manage_options') => "WordPress has no administrator {$asked['user']}",
	!wp_check_password($asked['password'], $user->user_pass, $user->ID) => 'WordPress did not take the password',
	default => null,
};

ob_end_clean();
fwrite(STDOUT, json_encode(['changed' => $changed, 'error' => $error], JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR));
