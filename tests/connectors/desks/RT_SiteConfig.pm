Set($MailCommand, 'testfile');
Set($rtname, 'ferries'); Set($Organization, 'ferries.test');
Set($WebDomain, '127.0.0.1'); Set($WebPort, PORT); Set($WebPath, '');
Set($WebBaseURL, 'http://127.0.0.1:PORT'); Set($CanonicalizeRedirectURLs, 0);
Set($DatabaseType, 'SQLite'); Set($DatabaseName, 'HOME/rtdb');
Set($LogToSTDERR, 'info'); Set($LogToSyslog, undef); Set($LogToFile, undef);
Set($Timezone, 'UTC'); Set($CorrespondAddress, 'help@ferries.test'); Set($CommentAddress, 'notes@ferries.test');
Set($DevelMode, 0);
1;
