CREATE TABLE `template_drafts` (
	`shop` text NOT NULL,
	`use` text NOT NULL,
	`language` text NOT NULL,
	`revision` integer NOT NULL,
	`document` text,
	`subject` text,
	`preheader` text,
	`changed_at` integer NOT NULL,
	PRIMARY KEY(`shop`, `use`, `language`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `template_editions` (
	`shop` text NOT NULL,
	`use` text NOT NULL,
	`language` text NOT NULL,
	`version` integer NOT NULL,
	`document` text NOT NULL,
	`subject` text,
	`preheader` text,
	`html` text NOT NULL,
	`text` text NOT NULL,
	`compiled_for` text NOT NULL,
	`at` integer NOT NULL,
	`by` text,
	`restores` integer,
	PRIMARY KEY(`shop`, `use`, `language`, `version`),
	FOREIGN KEY (`shop`) REFERENCES `shops`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`by`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `template_editions_by` ON `template_editions` (`by`);