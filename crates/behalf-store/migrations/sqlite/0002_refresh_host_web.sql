-- The web from which a SharePoint app was launched; null for authorizations of the other dialects.
alter table refresh add column host_web text;
