CREATE TABLE `letter_returns` (
	`shop` text NOT NULL,
	`letter` text NOT NULL,
	`what` text NOT NULL,
	`kind` text,
	`words` text NOT NULL,
	`source` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`letter`, `what`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `letter_returns_shop` ON `letter_returns` (`shop`,`what`,`at`);--> statement-breakpoint
CREATE TABLE `letter_touches` (
	`shop` text NOT NULL,
	`letter` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`link` integer,
	`at` integer NOT NULL,
	`verdict` text NOT NULL,
	`network` text,
	PRIMARY KEY(`letter`, `id`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `letter_touches_network` ON `letter_touches` (`network`,`at`);--> statement-breakpoint
CREATE INDEX `letter_touches_shop` ON `letter_touches` (`shop`,`at`);--> statement-breakpoint
CREATE TABLE `letter_wishes` (
	`shop` text NOT NULL,
	`subscriber` text NOT NULL,
	`per_week` integer NOT NULL,
	`changed_at` integer NOT NULL,
	PRIMARY KEY(`shop`, `subscriber`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `return_secrets` (
	`shop` text NOT NULL,
	`provider` text NOT NULL,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_what` text,
	`last_at` integer,
	PRIMARY KEY(`shop`, `provider`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `sending_pauses` (
	`shop` text PRIMARY KEY NOT NULL,
	`paused_at` integer,
	`because` text,
	`words` text,
	`resumed_at` integer,
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
