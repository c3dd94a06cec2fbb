CREATE TABLE `account` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`user_id` text NOT NULL,
	`access_token` text,
	`refresh_token` text,
	`id_token` text,
	`access_token_expires_at` integer,
	`refresh_token_expires_at` integer,
	`scope` text,
	`password` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `account_user` ON `account` (`user_id`);--> statement-breakpoint
CREATE TABLE `categories` (
	`shop` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`parent_id` text,
	PRIMARY KEY(`shop`, `id`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `consent_log` (
	`id` integer PRIMARY KEY NOT NULL,
	`shop` text NOT NULL,
	`subscriber` text NOT NULL,
	`consent` text NOT NULL,
	`source` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `consent_log_subscriber` ON `consent_log` (`shop`,`subscriber`,`at`);--> statement-breakpoint
CREATE TABLE `demand` (
	`shop` text NOT NULL,
	`product` text NOT NULL,
	`views` integer NOT NULL,
	`buys` integer NOT NULL,
	PRIMARY KEY(`shop`, `product`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `demand_most` ON `demand` (`shop`,"buys" * 20 + "views");--> statement-breakpoint
CREATE TABLE `devices` (
	`shop` text NOT NULL,
	`visitor` text NOT NULL,
	`subscriber` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`shop`, `visitor`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `devices_subscriber` ON `devices` (`shop`,`subscriber`);--> statement-breakpoint
CREATE TABLE `feed_imports` (
	`id` text PRIMARY KEY NOT NULL,
	`shop` text NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`state` text NOT NULL,
	`offers` integer DEFAULT 0 NOT NULL,
	`added` integer DEFAULT 0 NOT NULL,
	`changed` integer DEFAULT 0 NOT NULL,
	`gone` integer DEFAULT 0 NOT NULL,
	`problems` integer DEFAULT 0 NOT NULL,
	`bytes` integer DEFAULT 0 NOT NULL,
	`message` text,
	`validators` text,
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `feed_imports_newest` ON `feed_imports` (`shop`,`started_at`);--> statement-breakpoint
CREATE TABLE `feed_problems` (
	`id` integer PRIMARY KEY NOT NULL,
	`shop` text NOT NULL,
	`import` text NOT NULL,
	`kind` text NOT NULL,
	`line` integer NOT NULL,
	`column` integer NOT NULL,
	`offer` text,
	`message` text NOT NULL,
	`sample` text NOT NULL,
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `feed_problems_import` ON `feed_problems` (`shop`,`import`,`line`);--> statement-breakpoint
CREATE TABLE `letters` (
	`id` text PRIMARY KEY NOT NULL,
	`shop` text NOT NULL,
	`subscriber` text NOT NULL,
	`scenario` text NOT NULL,
	`slot` text NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`sentence` text NOT NULL,
	`subject` text,
	`planned_at` integer NOT NULL,
	`at` integer NOT NULL,
	`rev` integer NOT NULL,
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `letters_newest` ON `letters` (`shop`,`planned_at`,`id`);--> statement-breakpoint
CREATE INDEX `letters_state` ON `letters` (`shop`,`state`,`planned_at`);--> statement-breakpoint
CREATE INDEX `letters_scenario` ON `letters` (`shop`,`scenario`,`planned_at`);--> statement-breakpoint
CREATE INDEX `letters_subscriber` ON `letters` (`shop`,`subscriber`,`planned_at`);--> statement-breakpoint
CREATE TABLE `memberships` (
	`shop` text NOT NULL,
	`user_id` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`shop`, `user_id`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `memberships_user` ON `memberships` (`user_id`);--> statement-breakpoint
CREATE TABLE `orders` (
	`shop` text NOT NULL,
	`id` text NOT NULL,
	`subscriber` text,
	`visitor` text NOT NULL,
	`at` integer NOT NULL,
	`total_minor` integer NOT NULL,
	`currency` text NOT NULL,
	`items` text NOT NULL,
	PRIMARY KEY(`shop`, `id`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `orders_newest` ON `orders` (`shop`,`at`);--> statement-breakpoint
CREATE TABLE `parked_jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`shop` text,
	`queue` text NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`attempts` integer NOT NULL,
	`error` text NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `parked_jobs_newest` ON `parked_jobs` (`shop`,`at`);--> statement-breakpoint
CREATE TABLE `products` (
	`shop` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`url` text NOT NULL,
	`picture` text,
	`price_minor` integer NOT NULL,
	`old_price_minor` integer,
	`currency` text NOT NULL,
	`brand` text,
	`category` text,
	`in_stock` integer NOT NULL,
	`description` text,
	`hash` text NOT NULL,
	`search` text NOT NULL,
	`changed_at` integer NOT NULL,
	PRIMARY KEY(`shop`, `id`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `products_name` ON `products` (`shop`,`name`,`id`);--> statement-breakpoint
CREATE INDEX `products_category` ON `products` (`shop`,`category`);--> statement-breakpoint
CREATE TABLE `rate_limit` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`count` integer NOT NULL,
	`last_request` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `rate_limit_key_unique` ON `rate_limit` (`key`);--> statement-breakpoint
CREATE TABLE `recommendations` (
	`shop` text NOT NULL,
	`product` text NOT NULL,
	`rank` integer NOT NULL,
	`other` text NOT NULL,
	`score` integer NOT NULL,
	PRIMARY KEY(`shop`, `product`, `rank`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `session` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL,
	`token` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`ip_address` text,
	`user_agent` text,
	`user_id` text NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `session_token_unique` ON `session` (`token`);--> statement-breakpoint
CREATE INDEX `session_user` ON `session` (`user_id`);--> statement-breakpoint
CREATE TABLE `shops` (
	`id` text PRIMARY KEY NOT NULL,
	`settings` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `staged_offers` (
	`shop` text NOT NULL,
	`import` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`url` text NOT NULL,
	`picture` text,
	`price_minor` integer NOT NULL,
	`old_price_minor` integer,
	`currency` text NOT NULL,
	`brand` text,
	`category` text,
	`in_stock` integer NOT NULL,
	`description` text,
	`hash` text NOT NULL,
	`search` text NOT NULL,
	PRIMARY KEY(`shop`, `import`, `id`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `subscribers` (
	`id` text PRIMARY KEY NOT NULL,
	`shop` text NOT NULL,
	`email` text NOT NULL,
	`name` text,
	`consent` text NOT NULL,
	`created_at` integer NOT NULL,
	`changed_at` integer NOT NULL,
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `subscribers_email` ON `subscribers` (`shop`,`email`);--> statement-breakpoint
CREATE INDEX `subscribers_newest` ON `subscribers` (`shop`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `suppressions` (
	`shop` text NOT NULL,
	`email` text NOT NULL,
	`reason` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`shop`, `email`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `templates` (
	`shop` text NOT NULL,
	`scenario` text NOT NULL,
	`revision` integer NOT NULL,
	`blocks` text NOT NULL,
	`html` text NOT NULL,
	`text` text NOT NULL,
	`changed_at` integer NOT NULL,
	PRIMARY KEY(`shop`, `scenario`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `user` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`email_verified` integer DEFAULT false NOT NULL,
	`image` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_email_unique` ON `user` (`email`);--> statement-breakpoint
CREATE TABLE `verification` (
	`id` text PRIMARY KEY NOT NULL,
	`identifier` text NOT NULL,
	`value` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `verification_identifier` ON `verification` (`identifier`);