-- Lists of threads, active or archived ones, read as many rows as they show.

DROP INDEX thread_of_owner;
CREATE INDEX thread_of_owner ON thread (owner, archived, updated_at, thread_id);
CREATE INDEX thread_by_activity ON thread (archived, updated_at, thread_id);
