-- Fields whose values are compared part by part: labels and answers by name, the lines of a list by what one part of each says.
alter table sync.fields add column keyed_by text;
comment on column sync.fields.keyed_by is 'How the parts of its values are told apart: empty by name, in a list by this part of each entry; null: it is compared whole.';
drop function sync.labels_apart(jsonb, jsonb);
drop function sync.labels_laid(jsonb, jsonb, text[]);
