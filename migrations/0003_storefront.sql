CREATE TABLE `connections` (
	`shop` text NOT NULL,
	`platform` text NOT NULL,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`shop`, `platform`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `erasures` (
	`shop` text NOT NULL,
	`id` text NOT NULL,
	`visitors` text NOT NULL,
	`cursor` text,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	PRIMARY KEY(`shop`, `id`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
ALTER TABLE `consent_log` ADD `ip` text;--> statement-breakpoint
ALTER TABLE `consent_log` ADD `kind` text;--> statement-breakpoint
CREATE INDEX `consent_log_time` ON `consent_log` (`shop`,`at`);--> statement-breakpoint
ALTER TABLE `letters` ADD `opened_at` integer;--> statement-breakpoint
ALTER TABLE `letters` ADD `clicked_at` integer;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `named_by` text;