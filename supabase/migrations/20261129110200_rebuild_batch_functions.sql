-- What a batch needs of each table, written anew.
select sync.grant_rights();
select sync.close_functions();
