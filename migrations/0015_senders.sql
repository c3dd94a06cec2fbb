CREATE TABLE `senders` (
	`shop` text PRIMARY KEY NOT NULL,
	`kind` text DEFAULT 'operator' NOT NULL,
	`config` text DEFAULT '{}' NOT NULL,
	`sealed` text DEFAULT '' NOT NULL,
	`changed_at` integer NOT NULL,
	`verified_address` text,
	`verified_at` integer,
	`vouched_address` text NOT NULL,
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `sending_limits` (
	`channel` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL
);
