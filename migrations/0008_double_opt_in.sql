CREATE TABLE `confirmation_asks` (
	`shop` text NOT NULL,
	`subscriber` text NOT NULL,
	`ask` text NOT NULL,
	`mailbox` text NOT NULL,
	`network` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`shop`, `subscriber`, `ask`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `confirmation_asks_mailbox` ON `confirmation_asks` (`shop`,`mailbox`,`at`);--> statement-breakpoint
CREATE INDEX `confirmation_asks_network` ON `confirmation_asks` (`shop`,`network`,`at`);--> statement-breakpoint
CREATE INDEX `confirmation_asks_time` ON `confirmation_asks` (`shop`,`at`);--> statement-breakpoint
ALTER TABLE `consent_log` ADD `how` text;--> statement-breakpoint
ALTER TABLE `consent_log` ADD `wording` text;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `asked_at` integer;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `confirmed_at` integer;