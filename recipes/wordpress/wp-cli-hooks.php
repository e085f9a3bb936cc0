<?php
declare(strict_types=1);

// Loaded by wp-cli before WordPress is. cronsole sends the welcome; nothing here may wait for the network, nor write into the operator's copy.
WP_CLI::add_wp_hook('pre_wp_mail', static fn () => false);
WP_CLI::add_wp_hook('pre_http_request', static fn () => new WP_Error('off', 'No network during the installation'));
WP_CLI::add_wp_hook('pre_get_ready_cron_jobs', static fn () => []);
WP_CLI::add_wp_hook('upload_dir', static fn (array $folder) => [...$folder, 'path' => WP_CONTENT_DIR, 'error' => false]);
